import { describe, expect, it } from "vitest";
import { ErrorCode } from "./error.js";
import {
  CONNECTION_ERROR,
  FORBIDDEN,
  faultCode,
  nextState,
  STREAM_ERROR,
  StreamInput,
  StreamState,
} from "./stream-state.js";

/*
 * RFC 9113 §5.1 and Figure 2, written down once more, as the text has it: what each state allows, and where that
 * leads. All that is not here is an error: ours where we send, PROTOCOL_ERROR of the connection on idle streams,
 * STREAM_CLOSED of the stream on those that the peer has ended or that are closed.
 */
const ALLOWED: Record<
  keyof typeof StreamState,
  Partial<Record<keyof typeof StreamInput, keyof typeof StreamState>>
> = {
  IDLE: { SEND_HEADERS: "OPEN", RECEIVE_HEADERS: "OPEN" },
  OPEN: {
    SEND_HEADERS: "OPEN",
    SEND_DATA: "OPEN",
    SEND_END: "HALF_CLOSED_LOCAL",
    SEND_RESET: "CLOSED",
    RECEIVE_HEADERS: "OPEN",
    RECEIVE_DATA: "OPEN",
    RECEIVE_END: "HALF_CLOSED_REMOTE",
    RECEIVE_RESET: "CLOSED",
  },
  HALF_CLOSED_LOCAL: {
    SEND_RESET: "CLOSED",
    RECEIVE_HEADERS: "HALF_CLOSED_LOCAL",
    RECEIVE_DATA: "HALF_CLOSED_LOCAL",
    RECEIVE_END: "CLOSED",
    RECEIVE_RESET: "CLOSED",
  },
  HALF_CLOSED_REMOTE: {
    SEND_HEADERS: "HALF_CLOSED_REMOTE",
    SEND_DATA: "HALF_CLOSED_REMOTE",
    SEND_END: "CLOSED",
    SEND_RESET: "CLOSED",
    RECEIVE_RESET: "CLOSED",
  },
  // A second RST_STREAM of ours is a matter of manners (§5.4.2), one that crosses ours is none.
  CLOSED: { SEND_RESET: "CLOSED", RECEIVE_RESET: "CLOSED" },
};

const STATES = Object.keys(StreamState) as (keyof typeof StreamState)[];
const INPUTS = Object.keys(StreamInput) as (keyof typeof StreamInput)[];

describe("RFC 9113 §5.1, every state and every input", () => {
  it.each(STATES.flatMap((state) => INPUTS.map((input) => [state, input] as const)))(
    "%s, %s",
    (state, input) => {
      const allowed = ALLOWED[state][input];
      const fault = input.startsWith("SEND") ? FORBIDDEN : state === "IDLE" ? CONNECTION_ERROR : STREAM_ERROR;
      const expected = allowed === undefined ? fault : StreamState[allowed];
      expect(nextState(StreamState[state], StreamInput[input])).toBe(expected);
    },
  );

  it("faults have their error codes", () => {
    expect(faultCode(CONNECTION_ERROR)).toBe(ErrorCode.PROTOCOL_ERROR);
    expect(faultCode(STREAM_ERROR)).toBe(ErrorCode.STREAM_CLOSED);
  });
});
