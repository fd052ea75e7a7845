/** An error of the network or the system; `code` is the system's (`ECONNREFUSED`), the message says it in words. */
export class PipeError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "PipeError";
    this.code = code;
  }
}
