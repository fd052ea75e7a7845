import type { Address } from "./runtime.js";

/** An address as people write it: `127.0.0.1:80`, `[::1]:80`, `unix:/run/d.sock`, `unix-abstract:name`. */
export function formatAddress(address: Address): string {
  switch (address.kind) {
    case "tcp":
      return address.host.includes(":")
        ? `[${address.host}]:${address.port}`
        : `${address.host}:${address.port}`;
    case "unix":
      return `unix:${address.path}`;
    case "unix-abstract":
      return `unix-abstract:${address.name}`;
  }
}

/**
 * Reads the address to listen on: `127.0.0.1:0`, `[::]:443`, `localhost:80`, `unix:/run/d.sock`, `unix:relative.sock`,
 * `unix:///abs/path`, `unix-abstract:name`. Undefined if `text` is none of these; the port must be given (0 … 65535).
 */
export function parseListenAddress(text: string): Address | undefined {
  if (text.startsWith("unix-abstract:")) return parseAbstractName(text.slice("unix-abstract:".length));
  if (text.startsWith("unix:")) return parseUnixPath(text.slice("unix:".length));
  return parseHostAndPort(text);
}

function parseAbstractName(name: string): Address | undefined {
  return name === "" ? undefined : { kind: "unix-abstract", name };
}

/** After `unix:` comes a path, or `//` and an absolute path; a host name after `//` has no meaning. */
function parseUnixPath(text: string): Address | undefined {
  const path = text.startsWith("//") ? text.slice(2) : text;
  if (path === "" || path.includes("\0")) return undefined;
  if (text.startsWith("//") && !path.startsWith("/")) return undefined;
  return { kind: "unix", path };
}

function parseHostAndPort(text: string): Address | undefined {
  const parts = /^(?:\[([^\]]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text);
  if (parts === null) return undefined;
  const [, bracketed, plain, digits] = parts;
  const port = Number(digits);
  if (port > 65_535) return undefined;
  if (bracketed === undefined) return { kind: "tcp", host: plain, port };
  return isIPv6(bracketed) ? { kind: "tcp", host: bracketed, port } : undefined;
}

/** An IPv6 address, perhaps with a zone (`fe80::1%eth0`). */
function isIPv6(text: string): boolean {
  const zoneAt = text.indexOf("%");
  if (zoneAt === text.length - 1) return false;
  const host = zoneAt < 0 ? text : text.slice(0, zoneAt);
  return /^[0-9a-f:.]+$/i.test(host) && URL.canParse(`http://[${host}]/`);
}
