import { formatAddress } from "./address.js";
import { type Address, PipeError } from "./runtime.js";

type UnixAddress = Exclude<Address, { kind: "tcp" }>;

/** The `path` that Node takes for a Unix socket; throws {@link PipeError} where the system has no such address. */
export function nodePath(address: UnixAddress): string {
  if (process.platform === "win32") throw notSupported(address, "Unix sockets do not exist on Windows");
  if (address.kind === "unix") {
    checkLength(address, address.path);
    return address.path;
  }
  if (process.platform !== "linux") throw notSupported(address, "abstract Unix sockets exist only on Linux");
  const path = `\0${address.name}`;
  checkLength(address, path);
  return path;
}

/** Room for a path in the system's `sockaddr_un`, without the closing NUL. */
export const UNIX_PATH_BYTES_MAX = process.platform === "linux" ? 107 : 103;

function checkLength(address: UnixAddress, path: string): void {
  const lengthBytes = Buffer.byteLength(path);
  if (lengthBytes <= UNIX_PATH_BYTES_MAX) return;
  throw new PipeError(
    "ENAMETOOLONG",
    `${formatAddress(address)} has ${lengthBytes} bytes; a Unix socket's address may have at most ${UNIX_PATH_BYTES_MAX} (ENAMETOOLONG)`,
  );
}

function notSupported(address: UnixAddress, reason: string): PipeError {
  return new PipeError("ENOTSUP", `${formatAddress(address)} cannot be used: ${reason} (ENOTSUP)`);
}
