import { parseListenAddress } from "../runtime/address.js";
import type { Address } from "../runtime/runtime.js";

/** What a target string says: addresses to connect to, in the order to try them, or a name that has to be looked up. */
export type Target =
  | {
      readonly kind: "addresses";
      readonly addresses: readonly [Address, ...Address[]];
      readonly authority: string;
    }
  | { readonly kind: "name"; readonly host: string; readonly port: number; readonly authority: string };

/** Addresses of one target; as many as a name has at most, where its answer fits one UDP packet. */
const ADDRESSES_MAX = 256;

/**
 * Reads a target, as gRPC's naming document writes them: `host:port`, `dns:///host:port`,
 * `ipv4:1.2.3.4:80,1.2.3.5:80`, `ipv6:[::1]:80,[::2]:80`, `unix:path`, `unix:///absolute/path`, `unix-abstract:name`.
 * @throws TypeError that says what is wrong
 */
export function parseTarget(text: string): Target {
  const [prefix, scheme] = /^(dns|ipv4|ipv6):(?:(?<=dns:)\/\/[^/]*\/)?/.exec(text) ?? [""];
  const rest = text.slice(prefix.length);
  if (scheme !== "ipv4" && scheme !== "ipv6") return parseOne(text, rest, scheme);
  const parts = rest.split(",");
  if (parts.length > ADDRESSES_MAX)
    throw new TypeError(`target of ${parts.length} addresses: at most ${ADDRESSES_MAX} are allowed`);
  const [first, ...others] = parts.map((part) => parseIp(text, part, scheme));
  return { kind: "addresses", addresses: [first, ...others], authority: parts[0] };
}

function parseOne(text: string, authority: string, scheme: string | undefined): Target {
  const address = parseListenAddress(authority);
  if (address === undefined || (scheme !== undefined && address.kind !== "tcp")) throw malformed(text);
  if (address.kind !== "tcp") return { kind: "addresses", addresses: [address], authority: "localhost" };
  const { host, port } = address;
  checkPort(text, port);
  const family = familyOf(host);
  if (family === "malformed") throw malformed(text);
  return family === "name"
    ? { kind: "name", host, port, authority }
    : { kind: "addresses", addresses: [address], authority };
}

function parseIp(text: string, part: string, scheme: "ipv4" | "ipv6"): Address {
  const address = parseListenAddress(part);
  if (address?.kind !== "tcp" || familyOf(address.host) !== scheme) throw malformed(text);
  checkPort(text, address.port);
  return address;
}

function checkPort(text: string, port: number): void {
  if (port === 0) throw new TypeError(`target ${JSON.stringify(text)}: the port must be 1 to 65535`);
}

/** The name or IP address that a TLS server at the target has to prove: of several addresses the first; what never leaves the machine is `localhost`. */
export function serverNameOf(target: Target): string {
  if (target.kind === "name") return target.host;
  const [address] = target.addresses;
  return address.kind === "tcp" ? address.host.replace(/%.*/, "") : "localhost";
}

/** Four numbers with dots are never a name, even where they are no address. */
function familyOf(host: string): "ipv4" | "ipv6" | "name" | "malformed" {
  if (host.includes(":")) return "ipv6";
  if (!/^[0-9]+(?:\.[0-9]+){3}$/.test(host)) return "name";
  return host.split(".").every((part) => Number(part) <= 255) ? "ipv4" : "malformed";
}

function malformed(text: string): TypeError {
  return new TypeError(
    `target ${JSON.stringify(text)}: write it as host:port, dns:///host:port, ipv4:address:port,address:port, unix:/path or unix-abstract:name`,
  );
}
