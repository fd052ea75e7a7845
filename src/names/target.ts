import { parseListenAddress } from "../runtime/address.js";
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
  const [prefix, scheme] = /^(dns|ipv4|ipv6):(?:(?<=dns:)\/\/[^/]*\/)?/.exec(text) ?? [""];
  const authority = text.slice(prefix.length);
  const address = parseListenAddress(authority);
  if (address === undefined || (scheme !== undefined && address.kind !== "tcp")) throw malformed(text);
  if (address.kind !== "tcp") return { kind: "address", address, authority: "localhost" };
  const { host, port } = address;
  if (port === 0) throw new TypeError(`target ${JSON.stringify(text)}: the port must be 1 to 65535`);
  const family = familyOf(host);
  if (family === "malformed" || (scheme?.startsWith("ip") && scheme !== family)) throw malformed(text);
  return family === "name"
    ? { kind: "name", host, port, authority }
    : { kind: "address", address, authority };
}

/** The name or IP address that a TLS server at the target has to prove; what never leaves the machine is `localhost`. */
export function serverNameOf(target: Target): string {
  if (target.kind === "name") return target.host;
  return target.address.kind === "tcp" ? target.address.host.replace(/%.*/, "") : "localhost";
}

/** Four numbers with dots are never a name, even where they are no address. */
function familyOf(host: string): "ipv4" | "ipv6" | "name" | "malformed" {
  if (host.includes(":")) return "ipv6";
  if (!/^[0-9]+(?:\.[0-9]+){3}$/.test(host)) return "name";
  return host.split(".").every((part) => Number(part) <= 255) ? "ipv4" : "malformed";
}

function malformed(text: string): TypeError {
  return new TypeError(
    `target ${JSON.stringify(text)}: write it as host:port, dns:///host:port, unix:/path or unix-abstract:name`,
  );
}
