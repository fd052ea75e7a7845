import { type CallEnd, OK_END } from "../../rpc/call-end.js";
import { RECORDED_FIELD, REFUSAL_FIELD } from "../../rpc/delivery-fields.js";
import { type Outcome, RpcError } from "../../rpc/error.js";
import { Metadata } from "../../rpc/metadata.js";
import { Status } from "../../rpc/status.js";
import type { AnswerKind, GuardedAnswer } from "../../server/execution-gate.js";
import { errorFromAnswer, type RecordedAnswer } from "../recorded-answer.js";
import { REFUSALS, type Refusal } from "../refusal.js";

/** What a home says to an attempt of a call. */
export type Reply =
  | {
      readonly answer: RecordedAnswer;
      /** Set where the answer is recorded, and durable. */
      readonly recorded: RecordedMark | undefined;
      readonly outcome: Outcome;
    }
  /** Nothing is recorded, or the call is not known. */
  | { readonly error: RpcError };

/** A home's mark, as it was when an answer left. */
export interface RecordedMark {
  readonly text: string;
  /** An OK that says so. */
  readonly end: CallEnd;
}

/** What says that an answer is recorded. */
export function recordedMark(text: string): RecordedMark {
  const trailers = () => Metadata.received(() => [RECORDED_FIELD, text]);
  return { text, end: { ...OK_END, trailers } };
}

/** An attempt is refused. */
export function refused(reason: Refusal, detail: string): Reply {
  return { error: refusalError(reason, detail) };
}

/** The same as an error to throw. */
export function refusalError(reason: Refusal, detail: string): RpcError {
  const { code, notExecuted } = REFUSALS[reason];
  const outcome = notExecuted === "call" ? "not-executed" : "unknown";
  return new RpcError(code, detail, { outcome, metadata: { [REFUSAL_FIELD]: reason } });
}

/** An attempt ends with an error that nobody remembers. */
export function failedBy({ code, message, metadata, details, cause }: RpcError, outcome: Outcome): Reply {
  return { error: new RpcError(code, message, { metadata, details, cause, outcome }) };
}

/** What a server answers. */
export function guardedAnswer(kind: AnswerKind, reply: Reply): GuardedAnswer {
  if ("error" in reply) return { kind: "refuse", error: reply.error };
  const { answer, recorded, outcome } = reply;
  if (answer.code === Status.OK) return { kind, response: answer.response, end: recorded?.end ?? OK_END };
  const metadata = recorded === undefined ? undefined : { [RECORDED_FIELD]: recorded.text };
  return { kind, error: errorFromAnswer(answer, outcome, metadata) };
}
