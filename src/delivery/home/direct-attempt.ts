import { RECORDED_FIELD, REFUSAL_FIELD } from "../../rpc/delivery-fields.js";
import { type Outcome, RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import type { AnswerKind } from "../../server/execution-gate.js";
import { statusDetailsFrom } from "../recorded-answer.js";
import type { Attempt } from "./attempt.js";
import type { Reply } from "./reply.js";

/** A call that comes without a server. */
export interface CallToDeliver {
  /** `/package.Service/Method` */
  readonly path: string;
  /** The value of `redoubt-call`; undefined for a call of plain gRPC. */
  readonly callField: string | undefined;
  readonly principal: string;
  /** The request message's bytes. */
  readonly request: Uint8Array;
}

/** What a server would send. */
export interface DeliveredReply {
  readonly kind: AnswerKind;
  readonly code: Status;
  readonly message: string;
  readonly response: Uint8Array;
  readonly statusDetails: Uint8Array;
  readonly outcome: Outcome;
  /** The trailer `redoubt-recorded`. */
  readonly recorded: string | undefined;
  /** The trailer `redoubt-refusal`. */
  readonly refusal: string | undefined;
}

/** An attempt without a server. */
export class DirectAttempt implements Attempt {
  readonly reply: Promise<DeliveredReply>;
  execution: Attempt["execution"] = undefined;
  private resolve: (reply: DeliveredReply) => void = () => {};

  constructor() {
    this.reply = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  leave(): void {
    this.execution?.leave(this);
    this.execution = undefined;
  }

  settle(kind: AnswerKind, reply: Reply): void {
    this.resolve(delivered(kind, reply));
  }

  publicError(error: unknown): RpcError {
    if (RpcError.is(error)) return error;
    return new RpcError(Status.UNKNOWN, "the handler has failed", { cause: error });
  }

  takePlace(): boolean {
    return false;
  }
}

function delivered(kind: AnswerKind, reply: Reply): DeliveredReply {
  if ("error" in reply) {
    const { code, message, outcome, metadata } = reply.error;
    const statusDetails = statusDetailsFrom(reply.error, code, message);
    const trailers = { recorded: metadata.get(RECORDED_FIELD), refusal: metadata.get(REFUSAL_FIELD) };
    return { kind: "refuse", code, message, response: NOTHING, statusDetails, outcome, ...trailers };
  }
  const { code, message, response, statusDetails } = reply.answer;
  const { recorded, outcome } = reply;
  return {
    kind,
    code,
    message,
    response,
    statusDetails,
    outcome,
    recorded: recorded?.text,
    refusal: undefined,
  };
}

const NOTHING = new Uint8Array(0);
