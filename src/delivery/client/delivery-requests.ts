import type { MessageInitShape } from "@bufbuild/protobuf";
import { fromBinary, toBinary } from "../../codec/binary.js";
import {
  CloseRequestSchema,
  KeepAliveReplySchema,
  KeepAliveRequestSchema,
  OpenReplySchema,
  OpenRequestSchema,
  type OutcomeReply,
  OutcomeReplySchema,
  OutcomeRequestSchema,
  type SessionSchema,
} from "../../rpc/gen/redoubt/delivery_pb.js";
import { CALL_NUMBER_MAX } from "../call-header.js";
import { IDENTITY_CHARACTERS } from "../identity.js";
import { type Mark, parseMark } from "../mark.js";
import type { Session, SessionTerms } from "./session.js";

export const OPEN = "/redoubt.Delivery/Open";
export const KEEP_ALIVE = "/redoubt.Delivery/KeepAlive";
export const OUTCOME = "/redoubt.Delivery/Outcome";
export const CLOSE = "/redoubt.Delivery/Close";

/** `nextSequence`: with a session, the number that its next call would have. */
export function openRequest(
  nonce: Uint8Array,
  session?: MessageInitShape<typeof SessionSchema>,
  nextSequence = 0,
): Uint8Array {
  return toBinary(OpenRequestSchema, { nonce, session, nextSequence: BigInt(nextSequence) });
}

export function keepAliveRequest(session: Session, ack: number): Uint8Array {
  return toBinary(KeepAliveRequestSchema, { session: session.credentials, ack: BigInt(ack) });
}

export function outcomeRequest(session: Session, sequence: number): Uint8Array {
  return toBinary(OutcomeRequestSchema, { session: session.credentials, sequence: BigInt(sequence) });
}

export function closeRequest(session: Session): Uint8Array {
  return toBinary(CloseRequestSchema, { session: session.credentials });
}

/** @throws Error on bytes that are no reply of a home */
export function readOpenReply(bytes: Uint8Array): SessionTerms {
  const reply = fromBinary(OpenReplySchema, bytes);
  const { home = "", client = "", incarnation = 0n, mark = "" } = reply.session ?? {};
  if (!IDENTITY.test(home)) throw new Error("its home has no identity");
  if (!IDENTITY.test(client)) throw new Error("its session has no id");
  return {
    home,
    client,
    incarnation: positive("incarnation", incarnation),
    nextSequence: positive("next_sequence", reply.nextSequence),
    window: positive("window", BigInt(reply.window)),
    expiresAfterMs: positive("expires_after_ms", reply.expiresAfterMs),
    methods: reply.methods,
    mark: readMark(mark),
  };
}

/** @throws Error */
export function readKeepAliveReply(bytes: Uint8Array): Mark {
  return readMark(fromBinary(KeepAliveReplySchema, bytes).mark);
}

/** @throws Error */
export function readOutcomeReply(bytes: Uint8Array): { outcome: OutcomeReply["outcome"]; mark: Mark } {
  const { outcome, mark } = fromBinary(OutcomeReplySchema, bytes);
  return { outcome, mark: readMark(mark) };
}

const IDENTITY = new RegExp(`^[\\w-]{${IDENTITY_CHARACTERS}}$`);

function readMark(text: string): Mark {
  const mark = parseMark(text);
  if (mark === undefined) throw new Error(`malformed mark ${JSON.stringify(text)}`);
  return mark;
}

function positive(name: string, value: bigint): number {
  if (value < 1n || value > CALL_NUMBER_MAX) throw new Error(`${name} is ${value}`);
  return Number(value);
}
