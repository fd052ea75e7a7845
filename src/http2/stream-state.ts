import { ErrorCode } from "./error.js";

/**
 * Stream states, RFC 9113 §5.1. Push is switched off on every connection of ours, so the two reserved states
 * cannot be reached and are left out:
 *
 *                   +--------+
 *             send/ |  idle  | receive HEADERS
 *          HEADERS  +---+----+
 *                       v
 *                   +--------+
 *   send END_STREAM |  open  | receive END_STREAM
 *         +---------+---+----+--------+
 *         v             |             v
 *   +------------+      | RST   +------------+
 *   | half-closed|      |       | half-closed|
 *   |  (local)   |      |       |  (remote)  |
 *   +-----+------+      v       +-----+------+
 *         |         +--------+        |
 *         +-------->| closed |<-------+
 *       receive     +--------+  send END_STREAM,
 *     END_STREAM, RST           RST
 */
export const StreamState = {
  IDLE: 0,
  OPEN: 1,
  HALF_CLOSED_LOCAL: 2,
  HALF_CLOSED_REMOTE: 3,
  CLOSED: 4,
} as const;
export type StreamState = (typeof StreamState)[keyof typeof StreamState];

/** What happens to a stream; a frame that carries END_STREAM is two inputs: itself, then the end. */
export const StreamInput = {
  SEND_HEADERS: 0,
  SEND_DATA: 1,
  SEND_END: 2,
  SEND_RESET: 3,
  RECEIVE_HEADERS: 4,
  RECEIVE_DATA: 5,
  RECEIVE_END: 6,
  RECEIVE_RESET: 7,
} as const;
export type StreamInput = (typeof StreamInput)[keyof typeof StreamInput];

/** Results that are no state: a command of ours that the state forbids, and two kinds of fault in what was received. */
export const FORBIDDEN = 0x80;
export const CONNECTION_ERROR = 0x81;
export const STREAM_ERROR = 0x82;

const { OPEN, HALF_CLOSED_LOCAL: LOCAL, HALF_CLOSED_REMOTE: REMOTE, CLOSED } = StreamState;

/** Rows: states; columns: inputs, in the order of {@link StreamInput}. */
// biome-ignore format: one row a state, as the grid is read
const TRANSITIONS = new Uint8Array([
  // send HEADERS, DATA, END, RESET; receive HEADERS, DATA, END, RESET
  /* idle   */ OPEN, FORBIDDEN, FORBIDDEN, FORBIDDEN, OPEN, CONNECTION_ERROR, CONNECTION_ERROR, CONNECTION_ERROR,
  /* open   */ OPEN, OPEN, LOCAL, CLOSED, OPEN, OPEN, REMOTE, CLOSED,
  /* local  */ FORBIDDEN, FORBIDDEN, FORBIDDEN, CLOSED, LOCAL, LOCAL, CLOSED, CLOSED,
  /* remote */ REMOTE, REMOTE, CLOSED, CLOSED, STREAM_ERROR, STREAM_ERROR, STREAM_ERROR, CLOSED,
  /* closed */ FORBIDDEN, FORBIDDEN, FORBIDDEN, CLOSED, STREAM_ERROR, STREAM_ERROR, STREAM_ERROR, CLOSED,
]);
const INPUTS = 8;

/** The state after `input`, or FORBIDDEN, CONNECTION_ERROR (PROTOCOL_ERROR) or STREAM_ERROR (STREAM_CLOSED). */
export function nextState(state: StreamState, input: StreamInput): number {
  return TRANSITIONS[state * INPUTS + input];
}

/** The error code that goes with a fault of {@link nextState}. */
export function faultCode(fault: number): number {
  return fault === CONNECTION_ERROR ? ErrorCode.PROTOCOL_ERROR : ErrorCode.STREAM_CLOSED;
}
