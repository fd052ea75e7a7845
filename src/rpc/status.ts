/** The status codes of gRPC, as its `statuscodes` document defines them. */
export const Status = {
  /** Success. */
  OK: 0,
  /** The caller took the call back. */
  CANCELLED: 1,
  /** An error of which no more is known, such as one thrown by a handler. */
  UNKNOWN: 2,
  /** The request is wrong whatever the state of the system. */
  INVALID_ARGUMENT: 3,
  /** The deadline passed first; the call may have been executed all the same. */
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  /** A quota or a limit: of calls, of message size, of memory. */
  RESOURCE_EXHAUSTED: 8,
  /** The system is not in the state that the call needs; trying again unchanged does not help. */
  FAILED_PRECONDITION: 9,
  /** A conflict with something concurrent; trying again from further up may help. */
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  /** The server knows no such method. */
  UNIMPLEMENTED: 12,
  /** An invariant is broken, or a peer broke the protocol. */
  INTERNAL: 13,
  /** The service cannot be reached now. */
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;
export type Status = (typeof Status)[keyof typeof Status];

const NAMES = Object.keys(Status);

/** `"NOT_FOUND"` for 5; a number without a name as digits. */
export function statusName(code: number): string {
  return NAMES[code] ?? String(code);
}

/** A number, from the wire or a program, as a code; one that is none is UNKNOWN, as the gRPC documents say. */
export function statusFrom(code: number): Status {
  return Number.isInteger(code) && code >= 0 && code < NAMES.length ? (code as Status) : Status.UNKNOWN;
}

/** The code of what ends with an error: OK is none either. */
export function errorStatusFrom(code: number): Status {
  return code === Status.OK ? Status.UNKNOWN : statusFrom(code);
}
