/** Error codes of RST_STREAM and GOAWAY, RFC 9113 §7. */
export const ErrorCode = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  SETTINGS_TIMEOUT: 0x4,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  CONNECT_ERROR: 0xa,
  ENHANCE_YOUR_CALM: 0xb,
  INADEQUATE_SECURITY: 0xc,
  HTTP_1_1_REQUIRED: 0xd,
} as const;

const NAMES = new Map<number, string>(Object.entries(ErrorCode).map(([name, code]) => [code, name]));

/** The RFC's name of an error code, or its number in hexadecimal where the code is unknown. */
export function errorName(code: number): string {
  return NAMES.get(code) ?? `0x${code.toString(16)}`;
}

/** Why a connection ended. `initiator`: who found fault (`pipe`: the bytes stopped coming). */
export interface ConnectionFailure {
  readonly code: number;
  readonly detail: string;
  readonly initiator: "local" | "remote" | "pipe";
}

/** Why a stream ended before both sides had said END_STREAM. */
export interface StreamAbort {
  readonly code: number;
  readonly detail: string;
  /** `local`: we found fault with what the peer sent. `remote`: the peer reset it. `connection`: its connection ended. */
  readonly initiator: "local" | "remote" | "connection";
  /**
   * True only where the peer provably did not act on the stream: its HEADERS never reached the pipe, it was
   * refused (REFUSED_STREAM), or its id is above the last one a GOAWAY admits (RFC 9113 §8.7).
   */
  readonly unprocessed: boolean;
}

/** An error of our own making: a command that the state forbids. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Redoubt HTTP/2: ${message}`);
}
