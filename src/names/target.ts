import type { Address } from "../runtime/runtime.js";

/** What a target string says: an address to connect to, or a name that has to be looked up. */
export type Target =
  | { readonly kind: "address"; readonly address: Address; readonly authority: string }
  | { readonly kind: "name"; readonly host: string; readonly port: number; readonly authority: string };

/**
 * Reads a target, as gRPC's naming document writes them: `host:port`, `dns:///host:port`, `ipv4:1.2.3.4:80`,
 * `ipv6:[::1]:80`, `unix:path`, `unix:///absolute/path`, `unix-abstract:name`.
 * @throws TypeError that says what is wrong
 */
export function parseTarget(text: string): Target {
  const unix = /^unix:(?:\/\/(?=\/))?(.+)$/.exec(text);
  if (unix !== null)
    return { kind: "address", address: { kind: "unix", path: unix[1] }, authority: "localhost" };
  const abstract = /^unix-abstract:(.+)$/.exec(text);
  if (abstract !== null)
    return { kind: "address", address: { kind: "unix-abstract", name: abstract[1] }, authority: "localhost" };
  const rest = text.replace(/^(?:dns:(?:\/\/[^/]*\/)?|ipv4:|ipv6:)/, "");
  const parts = /^(?:\[([^\]]+)\]|([^:[\]/]+)):([0-9]{1,5})$/.exec(rest);
  if (parts === null)
    throw new TypeError(
      `target ${JSON.stringify(text)}: write it as host:port, dns:///host:port, unix:/path or unix-abstract:name`,
    );
  const host = parts[1] ?? parts[2];
  const port = Number(parts[3]);
  if (port === 0 || port > 65_535)
    throw new TypeError(`target ${JSON.stringify(text)}: the port must be 1 to 65535`);
  const authority = rest;
  if (parts[1] !== undefined || /^[0-9]+(?:\.[0-9]+){3}$/.test(host))
    return { kind: "address", address: { kind: "tcp", host, port }, authority };
  return { kind: "name", host, port, authority };
}
