import { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import { throwLater } from "../../rpc/throw-later.js";
import type { Runtime } from "../../runtime/runtime.js";
import type { CallLimiter } from "../../server/call-limiter.js";
import { parseCallHeader } from "../call-header.js";
import { CallRing } from "../call-ring.js";
import { answerFromError } from "../recorded-answer.js";
import type { Refusal } from "../refusal.js";
import type { Attempt } from "./attempt.js";
import { ConflictKeys } from "./conflict-keys.js";
import { type CallIdentity, type Execution, type ExecutionHost, LOST } from "./execution.js";
import type { GuardedMethod } from "./guarded-method.js";
import type { HomeSettings } from "./home-options.js";
import { IntentRoom } from "./intent-room.js";
import { JournaledExecution } from "./journaled-execution.js";
import type { Ledger } from "./ledger.js";
import type { OpenIntent } from "./open-intent.js";
import type { RedoStyle } from "./redo.js";
import { RedoExecution } from "./redo-execution.js";
import { failedBy, refused } from "./reply.js";
import { type AnsweredCall, type OpenCall, RefusedCall } from "./session.js";
import { type Refused, Tracker } from "./tracker.js";

/** An attempt of a call, as it has come. */
export interface CallToExecute {
  readonly method: GuardedMethod;
  /** What the metadata field `redoubt-call` says; undefined for a call of plain gRPC. */
  readonly callField: string | undefined;
  readonly principal: string;
  /** SHA-256 of the request, a character for each byte; empty without `callField`. */
  readonly fingerprint: string;
  /** Of the request as it has come. */
  readonly requestBytes: number;
  readonly request: unknown;
}

/** Carries calls out: each once, for all its attempts. */
export class Executor implements ExecutionHost {
  readonly runtime: Runtime;
  readonly ledger: Ledger;
  readonly keys = new ConflictKeys();
  readonly intentRoom: IntentRoom;
  answerBytesMax: number;
  readonly retryMs: HomeSettings["retryMs"];
  readonly tracker: Tracker;
  limiter: CallLimiter | undefined = undefined;
  unavailable: string | undefined = undefined;
  private readonly settings: HomeSettings;
  private readonly executions = new CallRing<Execution>();
  /** Runs of `redo` handlers, those included whose home waits for them no longer. */
  private runs = 0;
  private onIdle: () => void = () => {};
  private onRunsEnd: () => void = () => {};

  constructor(runtime: Runtime, ledger: Ledger, settings: HomeSettings) {
    this.runtime = runtime;
    this.ledger = ledger;
    this.intentRoom = new IntentRoom(ledger.journal);
    this.settings = settings;
    this.answerBytesMax = settings.maxAnswerBytes;
    this.retryMs = settings.retryMs;
    const { maxSessions, maxRememberedBytes } = settings;
    this.tracker = new Tracker(ledger, { sessions: maxSessions, bytes: maxRememberedBytes });
  }

  /** Decides what becomes of an attempt, which is answered at once or later. */
  submit(call: CallToExecute, attempt: Attempt): void {
    const { method, callField } = call;
    if (this.unavailable !== undefined) return refuse(attempt, "failed", this.unavailable);
    if (callField === undefined) return this.execute(call, undefined, attempt);
    if (!method.isExactlyOnce)
      return refuse(attempt, "not-guarded", `${method.path} promises less than EXACTLY_ONCE`);
    const header = parseCallHeader(callField);
    if (header === undefined)
      return refuse(
        attempt,
        "malformed",
        `malformed redoubt-call ${JSON.stringify(callField.slice(0, 200))}`,
      );
    const verdict = this.tracker.decide(header, call.principal, method.path, call.fingerprint);
    switch (verdict.kind) {
      case "execute": {
        const { session } = verdict;
        const { fingerprint, requestBytes } = call;
        const identity = { session, sequence: header.sequence, fingerprint, requestBytes };
        this.ledger.touchSoon(session);
        return this.execute(call, identity, attempt);
      }
      case "join":
        this.ledger.touch(verdict.session);
        return verdict.execution.join(attempt);
      case "replay":
        this.ledger.touch(verdict.session);
        return this.replay(verdict.call, attempt);
      case "refuse":
        return this.refuseKnown(verdict, attempt);
    }
  }

  /** Takes up what an earlier run of the server has left open. */
  resume(open: OpenCall, method: GuardedMethod): void {
    const { session, sequence, fingerprint, key } = open;
    const request = method.decodeRequest(open.request);
    const identity = { session, sequence, fingerprint, requestBytes: 0 };
    const style = method.style as RedoStyle;
    const principal = session.principal.name;
    new RedoExecution(this, method, style, principal, identity, request, key).resume(open);
  }

  get openIntents(): OpenIntent[] {
    const intents: OpenIntent[] = [];
    for (const execution of this.executions.all()) {
      const intent = execution instanceof RedoExecution ? execution.openIntent : undefined;
      if (intent !== undefined) intents.push(intent);
    }
    return intents;
  }

  // ── Verdicts ──────────────────────────────────────────────────────────────────────────────────────────────

  private execute(call: CallToExecute, identity: CallIdentity | undefined, attempt: Attempt): void {
    const { method, principal, request } = call;
    const { style } = method;
    if (style.name === "journaled")
      return new JournaledExecution(this, method, style, principal, identity, request).begin(attempt);
    let key: string;
    try {
      key = conflictKeyOf(style, call);
    } catch (error) {
      return attempt.settle("refuse", failedBy(attempt.publicError(error), "not-executed"));
    }
    new RedoExecution(this, method, style, principal, identity, request, key).begin(attempt);
  }

  /** The recorded answer, once its record is durable. */
  private replay(call: AnsweredCall | RefusedCall, attempt: Attempt): void {
    this.ledger.whenDurable(call.position, {
      onDurable: () => {
        const { recorded } = this.ledger;
        if (call instanceof RefusedCall)
          attempt.settle("replay", { answer: NEVER_RUN, recorded, outcome: "not-executed" });
        else attempt.settle("replay", { answer: call.answer, recorded, outcome: "executed" });
      },
      onLost: () => refuse(attempt, "failed", LOST),
    });
  }

  /** What the refusal is based on must not be undone by a crash. */
  private refuseKnown({ reason, detail, session }: Refused, attempt: Attempt): void {
    if (session !== undefined) this.ledger.touch(session);
    this.ledger.whenDurable(this.ledger.position, {
      onDurable: () => refuse(attempt, reason, detail),
      onLost: () => refuse(attempt, "failed", LOST),
    });
  }

  // ── The end ───────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes no more calls. What waits does not begin any more; what runs goes on. */
  close(detail: string): void {
    this.unavailable ??= detail;
    for (const execution of this.executions.all()) execution.stop(detail);
  }

  /** Whoever still waits is told, whatever runs is left to itself. */
  failAll(detail: string): void {
    this.unavailable ??= detail;
    for (const execution of this.executions.all()) execution.fail(detail);
  }

  /** Calls `listener` once nothing runs any more, at once if nothing does. */
  whenIdle(listener: () => void): void {
    this.onIdle = listener;
    this.tellIfIdle();
  }

  /** Comes once no `redo` handler is at work any more; undefined if none is. */
  handlersEnd(): Promise<void> | undefined {
    if (this.runs === 0) return undefined;
    return new Promise((resolve) => {
      this.onRunsEnd = resolve;
    });
  }

  onBegun(execution: Execution): void {
    this.executions.add(execution);
  }

  onOver(execution: Execution): void {
    execution.leaveRing();
    this.tellIfIdle();
  }

  onRunBegun(): void {
    this.runs++;
  }

  onRunEnded(): void {
    this.runs--;
    if (this.runs > 0) return;
    this.onRunsEnd();
    this.tellIfIdle();
  }

  private tellIfIdle(): void {
    if (this.executions.size === 0 && this.runs === 0) this.onIdle();
  }

  onIntentError(error: unknown, intent: OpenIntent): void {
    try {
      this.settings.onIntentError(error, intent);
    } catch (thrown) {
      throwLater(thrown);
    }
  }
}

function refuse(attempt: Attempt, reason: Refusal, detail: string): void {
  attempt.settle("refuse", refused(reason, detail));
}

/** @throws what the program's function throws, and TypeError where it gives no text that can be kept */
function conflictKeyOf({ conflictKey }: RedoStyle, { method, request }: CallToExecute): string {
  const key: unknown = conflictKey(request);
  if (typeof key !== "string" || /\p{Surrogate}/u.test(key))
    throw new TypeError(`the conflict key of ${method.path} is no text: ${JSON.stringify(key)}`);
  return key;
}

/** The answer of a call that was refused before it came. */
const NEVER_RUN = answerFromError(
  new RpcError(
    Status.CANCELLED,
    "nothing was recorded of the call when somebody asked what became of it: it is refused from then on",
  ),
  0,
);
