import { JournalError } from "../../journal/journal-error.js";
import type { Transaction } from "../../journal/transaction.js";
import { RpcError } from "../../rpc/error.js";
import { isPromiseLike } from "../../rpc/is-promise-like.js";
import { Status } from "../../rpc/status.js";
import { answerFromError, answerWith, type RecordedAnswer } from "../recorded-answer.js";
import { type CallIdentity, Execution, type ExecutionHost, LOST, NO_PLACE } from "./execution.js";
import type { GuardedMethod } from "./guarded-method.js";
import type { JournaledCall, JournaledStyle } from "./journaled.js";
import { failedBy, type Reply, refused } from "./reply.js";

/** Runs of one call beyond the first: whoever is overtaken so often has too many to compete with. */
const RERUNS_MAX = 10;

/** Carries a call out on the home's store. */
export class JournaledExecution extends Execution {
  private readonly request: unknown;
  private readonly style: JournaledStyle;
  private runs = 0;
  private waitedForRoom = false;

  constructor(
    host: ExecutionHost,
    method: GuardedMethod,
    style: JournaledStyle,
    principal: string,
    identity: CallIdentity | undefined,
    request: unknown,
  ) {
    super(host, method, principal, identity);
    this.style = style;
    this.request = request;
  }

  protected start(): void {
    const verdict = this.takePlace();
    if (verdict === "start") this.run();
    else if (verdict === "wait") this.enlist();
    else this.settle(refused("window", NO_PLACE));
  }

  protected onPlace(): void {
    const { unavailable } = this.host;
    if (unavailable !== undefined) this.fail(unavailable);
    else if (this.identity?.session.ended) this.settle(refused("expired", "the session has ended"));
    else this.run();
  }

  /** Who waited is gone before it has begun: it never does. */
  protected override onAbandoned(): void {
    if (this.runs === 0) this.settle(refused("window", "nobody waits for the call any more"));
  }

  override stop(detail: string): void {
    if (this.runs === 0) this.fail(detail);
  }

  private run(): void {
    if (++this.runs > 1 + RERUNS_MAX) return this.giveUp();
    const transaction = this.host.ledger.state.store.begin();
    const call: JournaledCall = {
      method: this.method.method,
      principal: this.principal,
      state: transaction,
    };
    let result: unknown;
    try {
      result = this.style.handler.call(this.method.owner, this.request, call);
    } catch (error) {
      return this.onThrown(error, transaction);
    }
    if (isPromiseLike(result)) {
      this.enlist();
      // Others' thenables may call back twice, and throw.
      Promise.resolve(result).then(
        (message) => this.goOn(() => this.onReturned(message, transaction)),
        (error) => this.goOn(() => this.onThrown(error, transaction)),
      );
    } else this.onReturned(result, transaction);
  }

  private onReturned(message: unknown, transaction: Transaction): void {
    let response: Uint8Array;
    try {
      response = this.method.encodeResponse(message);
    } catch (error) {
      return this.onThrown(unencodable(error), transaction);
    }
    const { answerBytesMax } = this.host;
    if (this.identity !== undefined && response.length > answerBytesMax) {
      const detail = `the answer has ${response.length} bytes; at most ${answerBytesMax} are kept`;
      this.commit(this.answerFrom(new RpcError(Status.RESOURCE_EXHAUSTED, detail)), undefined, transaction);
    } else this.commit(answerWith(response), undefined, transaction);
  }

  private onThrown(error: unknown, transaction: Transaction): void {
    if (RpcError.is(error)) this.commit(this.answerFrom(error), error, transaction);
    else if (!transaction.isValid()) this.run();
    else this.settleUnrecorded(failedBy(this.publicError(error), "unknown"), this.host.ledger.storePosition);
  }

  private answerFrom(error: RpcError): RecordedAnswer {
    return answerFromError(error, this.host.answerBytesMax);
  }

  /** `error`: what the answer was made of, whose metadata is for callers of plain gRPC. */
  private commit(answer: RecordedAnswer, error: RpcError | undefined, transaction: Transaction): void {
    if (!transaction.isValid()) return this.run();
    const keeps = answer.code === Status.OK && transaction.hasChanges;
    const changes = keeps ? transaction.changes() : NO_CHANGES;
    try {
      if (this.identity === undefined) this.commitPlain(answer, error, changes);
      else this.commitRecorded(this.identity, answer, changes);
    } catch (failure) {
      this.onNotTaken(failure, answer, error, transaction);
    }
  }

  private commitRecorded(identity: CallIdentity, answer: RecordedAnswer, changes: Uint8Array): void {
    const { ledger } = this.host;
    const { session, sequence, fingerprint } = identity;
    if (session.ended) return this.commitPlain(answer, undefined, changes);
    const method = ledger.methodNumber(this.method.path);
    const position = ledger.record({
      kind: "executed",
      session: session.number,
      sequence,
      floor: session.ack,
      method,
      fingerprint,
      answer,
      changes,
    });
    this.settleRecorded(answer, position);
  }

  private commitPlain(answer: RecordedAnswer, error: RpcError | undefined, changes: Uint8Array): void {
    const { ledger } = this.host;
    if (changes.length > 0) ledger.record({ kind: "changed", changes });
    const reply: Reply =
      error === undefined
        ? { answer, recorded: undefined, outcome: "executed" }
        : failedBy(error, "executed");
    // What it has changed, or what it has read.
    this.settleUnrecorded(reply, ledger.storePosition);
  }

  /** The record was not taken: nothing has changed. */
  private onNotTaken(
    failure: unknown,
    answer: RecordedAnswer,
    error: RpcError | undefined,
    transaction: Transaction,
  ): void {
    if (!(failure instanceof JournalError)) return this.onBug(failure);
    switch (failure.fault) {
      case "too-large": {
        const detail = `what the call changes is too large to be recorded: ${failure.message}`;
        const refusal = new RpcError(Status.RESOURCE_EXHAUSTED, detail);
        return this.commit(this.answerFrom(refusal), refusal, transaction);
      }
      case "full":
      case "busy":
        if (this.waitedForRoom) return this.settleUnrecorded(refused("full", failure.message), 0);
        this.waitedForRoom = true;
        this.enlist();
        void this.host.ledger.journal
          .whenRoom()
          .then(() => this.goOn(() => this.commit(answer, error, transaction)));
        return;
      default:
        return this.fail(LOST);
    }
  }

  private giveUp(): void {
    const detail = `the call has run ${1 + RERUNS_MAX} times, and each time others changed what it had read`;
    this.settleUnrecorded(failedBy(new RpcError(Status.ABORTED, detail), "not-executed"), 0);
  }
}

const NO_CHANGES = new Uint8Array(0);

function unencodable(error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`what the handler has returned cannot be encoded: ${reason}`, { cause: error });
}
