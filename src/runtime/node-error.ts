import { PipeError } from "./runtime.js";

/**
 * Puts an error of Node into words. `subject` is what was being done, with the address: `connection to 127.0.0.1:9`
 * gives "connection to 127.0.0.1:9 refused (ECONNREFUSED)". A {@link PipeError} is returned as it is.
 */
export function toPipeError(error: unknown, subject: string): PipeError {
  if (error instanceof PipeError) return error;
  const { code = "EUNKNOWN", message = String(error) } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const happened = WORDS[code] ?? `failed: ${message}`;
  return new PipeError(code, `${subject} ${happened} (${code})`, { cause: error });
}

/** What happened, per error code, to follow "connection to …", "connection from …" or "listening on …". */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: "failed: permission denied",
  EADDRINUSE: "failed: the address is in use",
  EADDRNOTAVAIL: "failed: the address is not available on this machine",
  EAFNOSUPPORT: "failed: this machine does not support the address family",
  EAGAIN: "failed: the listener's queue is full",
  EAI_AGAIN: "failed: the name server does not answer for now",
  ECONNABORTED: "was aborted",
  ECONNREFUSED: "refused",
  ECONNRESET: "reset by the peer",
  EHOSTUNREACH: "failed: no route to the host",
  EINVAL: "failed: the address is not valid",
  EMFILE: "failed: this process has too many open files",
  ENAMETOOLONG: "failed: the path is too long",
  ENETUNREACH: "failed: no route to the network",
  ENFILE: "failed: this machine has too many open files",
  ENOBUFS: "failed: the system is out of buffers",
  ENOENT: "failed: no such file or directory",
  ENOMEM: "failed: the system is out of memory",
  ENOTDIR: "failed: part of the path is not a directory",
  ENOTFOUND: "failed: the host name was not found",
  ENOTSOCK: "failed: the file is not a socket",
  EPERM: "failed: operation not permitted",
  EPIPE: "closed by the peer while sending",
  EPROTOTYPE: "failed: the socket is of another type",
  EROFS: "failed: the file system is read-only",
  ETIMEDOUT: "timed out",
};
