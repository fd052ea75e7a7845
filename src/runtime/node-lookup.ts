import { lookup as lookupAll } from "node:dns/promises";
import { isIP } from "node:net";
import { PipeError } from "./runtime.js";

/**
 * The IP addresses of `host` in the system's order, as its resolver (hosts file included) gives them; an IP address
 * is its own only one. Rejects with a {@link PipeError}: `ENOTFOUND`, or `EAI_AGAIN` where trying later may help.
 */
export async function lookup(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  if (host === "") throw notFound(host);
  try {
    const found = await lookupAll(host, { all: true, order: "verbatim" });
    return found.map(({ address }) => address);
  } catch (error) {
    throw lookupError(host, error as NodeJS.ErrnoException);
  }
}

function lookupError(host: string, error: NodeJS.ErrnoException): PipeError {
  const { code = "EUNKNOWN", message } = error;
  if (code === "ENOTFOUND") return notFound(host, error);
  const reason = code === "EAI_AGAIN" ? "the name server does not answer for now" : message;
  return new PipeError(code, `looking up host name "${host}" failed: ${reason} (${code})`, { cause: error });
}

function notFound(host: string, cause?: Error): PipeError {
  return new PipeError("ENOTFOUND", `host name "${host}" was not found (ENOTFOUND)`, { cause });
}
