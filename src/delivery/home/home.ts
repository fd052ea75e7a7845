import { create } from "@bufbuild/protobuf";
import type { JournalError } from "../../journal/journal-error.js";
import { Store } from "../../journal/store.js";
import type { CallContext } from "../../rpc/call-context.js";
import { CloseReplySchema, Delivery } from "../../rpc/gen/redoubt/delivery_pb.js";
import type { Method } from "../../rpc/method.js";
import { tellAll } from "../../rpc/tell-all.js";
import { nodeRuntime } from "../../runtime/node.js";
import type { Runtime } from "../../runtime/runtime.js";
import type {
  ExecutionGate,
  GateHost,
  GateService,
  GuardedCall,
  MethodGuard,
} from "../../server/execution-gate.js";
import { type GuardedStyle, guardedStyle } from "../../server/guarded-handler.js";
import type { AnyHandler, Handlers } from "../../server/handlers.js";
import { PRINCIPAL_CHARACTERS_MAX } from "./certified-principal.js";
import { DeliveryService } from "./delivery-service.js";
import { type CallToDeliver, type DeliveredReply, DirectAttempt } from "./direct-attempt.js";
import { LOST } from "./execution.js";
import { Executor } from "./executor.js";
import { Expiry } from "./expiry.js";
import { GateAttempt } from "./gate-attempt.js";
import { GuardedMethod } from "./guarded-method.js";
import type { HomeJournal } from "./home-journal.js";
import { checkHomeOptions, type HomeOptions, type HomeSettings, homeSettings } from "./home-options.js";
import { HomeState } from "./home-state.js";
import type { JournaledStyle } from "./journaled.js";
import { Ledger } from "./ledger.js";
import type { OpenIntent } from "./open-intent.js";
import { openJournal } from "./open-journal.js";
import { answerRecordBytes } from "./records.js";
import type { RedoStyle } from "./redo.js";
import { refusalError, refused } from "./reply.js";
import type { OpenCall } from "./session.js";

/** What a home is made of; see {@link Home.open}. */
export interface HomeParts {
  readonly runtime: Runtime;
  readonly state: HomeState;
  /** Has fed the state. */
  readonly journal: HomeJournal;
}

/**
 * Where exactly-once calls are at home: the journal that remembers them, and what carries them out. A server that is
 * given one keeps the promise EXACTLY_ONCE, by handlers made with `redo` or `journaled`.
 *
 * A home serves one server. It is closed after the server, which lets handlers finish that are still at work.
 */
export class Home implements ExecutionGate {
  readonly services: readonly GateService[];
  /** `redoubt.Delivery`, without a server. */
  readonly delivery: DeliveryService;
  private readonly runtime: Runtime;
  private readonly journal: HomeJournal;
  private readonly state: HomeState;
  private readonly settings: HomeSettings;
  private readonly openedEpochMs: number;
  private readonly executor: Executor;
  private readonly expiry: Expiry;
  private readonly methods = new Map<string, GuardedMethod>();
  private host: GateHost | undefined = undefined;
  /** Why it cannot be called yet. */
  private notReady: string | undefined = "the home is not ready yet";
  private closing: Promise<void> | undefined = undefined;
  private endGrace: () => void = () => {};

  /**
   * Opens the home whose journal is in `folder`, and makes it if there is none: one process at a time.
   * @throws JournalError where the journal cannot be opened, TypeError on options that are none
   */
  static async open(folder: string, options: HomeOptions = {}): Promise<Home> {
    checkHomeOptions(options);
    const { segmentBytes, checkpointBytes, runtime = nodeRuntime() } = options;
    const { maxAnswerBytes } = homeSettings(options, runtime);
    const state = new HomeState(new Store());
    const journal = await openJournal(folder, state, { runtime, segmentBytes, checkpointBytes });
    if (answerRecordBytes(maxAnswerBytes) <= journal.recordBytesMax)
      return new Home({ runtime, state, journal }, options);
    await journal.close();
    throw new TypeError(
      `maxAnswerBytes is ${maxAnswerBytes}, and a record of the journal can have ${journal.recordBytesMax} bytes: ` +
        "make the one smaller, or segmentBytes larger",
    );
  }

  /** For worlds that bring a journal of their own; others use {@link Home.open}. */
  constructor({ runtime, state, journal }: HomeParts, options: HomeOptions = {}) {
    this.runtime = runtime;
    this.journal = journal;
    this.state = state;
    this.settings = homeSettings(options, runtime);
    this.openedEpochMs = runtime.epochMs();
    const ledger = new Ledger(state, journal);
    this.executor = new Executor(runtime, ledger, this.settings);
    this.expiry = new Expiry(runtime, ledger, this.settings.expiresAfterMs);
    this.delivery = new DeliveryService({
      runtime,
      ledger,
      tracker: this.executor.tracker,
      expiresAfterMs: this.settings.expiresAfterMs,
      methods: () => this.exactlyOnceMethods,
    });
    this.services = [{ descriptor: Delivery, handlers: this.deliveryHandlers() }];
    journal.onFailure((failure) => {
      this.expiry.stop();
      this.executor.failAll(LOST);
      tellAll([() => this.settings.onFailure(failure)]);
    });
    const warn = (warning: string) => tellAll([() => this.settings.onWarning(warning)]);
    for (const warning of journal.warnings) warn(warning);
    journal.onWarning(warn);
  }

  /** The home's identity: 22 characters. */
  get id(): string {
    return this.journal.home;
  }

  /**
   * The calls that were begun and have no answer yet, also before a server takes them up. They are carried out again until
   * they have one.
   */
  get openIntents(): readonly OpenIntent[] {
    if (this.host !== undefined) return this.executor.openIntents;
    return this.state.openCalls.all().map(({ method, key, session }) => ({
      method: this.state.methods[method],
      conflictKey: key,
      principal: session.principal.name,
      attempts: 0,
      lastError: undefined,
      sinceEpochMs: this.openedEpochMs,
    }));
  }

  /** Set once the home's journal has failed: calls are refused, and the server has to be started again. */
  get failure(): JournalError | undefined {
    return this.journal.failure;
  }

  /** What the journal has noticed and an operator should know; at most 100, the last ones. */
  get warnings(): readonly string[] {
    return this.journal.warnings;
  }

  // ── For a server ──────────────────────────────────────────────────────────────────────────────────────────

  guard(method: Method, handler: AnyHandler, owner: object): MethodGuard | undefined {
    const style = checkedStyle(method, guardedStyle(handler));
    if (style === undefined) return undefined;
    if (this.methods.has(method.path))
      throw new TypeError(`a home serves one server: ${method.path} is there already`);
    const guarded = new GuardedMethod(method, style, owner, (guarded, call) => this.admit(guarded, call));
    this.methods.set(method.path, guarded);
    return guarded;
  }

  release(method: Method): void {
    this.methods.delete(method.path);
  }

  /**
   * Takes up the intents that are open; called by the server.
   * @throws Error where the method of one is gone, or does not understand it any more
   */
  async start(host: GateHost): Promise<void> {
    if (this.host === host) return;
    if (this.host !== undefined) throw new TypeError("a home serves one server: open another for this one");
    if (this.closing !== undefined) throw new Error("the home is closed");
    try {
      for (const open of this.state.openCalls.all()) this.checkOpenCall(open);
    } catch (error) {
      this.notReady = error instanceof Error ? error.message : String(error);
      throw error;
    }
    this.host = host;
    this.executor.limiter = host.limiter;
    this.executor.answerBytesMax = Math.min(this.settings.maxAnswerBytes, host.sendBytesMax);
    this.notReady = undefined;
    for (const open of this.state.openCalls.all())
      this.executor.resume(open, this.methodOf(open) as GuardedMethod);
    this.expiry.start(() => host.isServing);
  }

  /**
   * Lets handlers that are at work come to their end for up to `graceMs` (default 0), and seals the journal. What is
   * open then stays so for the next start. May be called again to cut the grace short. Close the server first.
   *
   * A `redo` handler that is at work even then sees its `call.signal` aborted, and keeps the folder locked until it has
   * ended, or the process has: what it does must not be done again beside it. So let the process exit.
   */
  close(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.closing ??= this.finish();
    const graceMs = options.graceMs ?? 0;
    if (graceMs > 0) {
      const timer = this.runtime.setTimer(this.endGrace, graceMs);
      void this.closing.then(
        () => timer.cancel(),
        () => timer.cancel(),
      );
    } else this.endGrace();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async finish(): Promise<void> {
    this.expiry.stop();
    this.executor.close(CLOSED);
    await new Promise<void>((resolve) => {
      this.endGrace = resolve;
      this.executor.whenIdle(resolve);
    });
    this.executor.failAll(CLOSED);
    // Whoever opens the journal next does what is open again: never beside a handler that is still at it.
    await this.journal.close({ lockedUntil: () => this.executor.handlersEnd() });
  }

  // ── Calls ─────────────────────────────────────────────────────────────────────────────────────────────────

  private admit(method: GuardedMethod, call: GuardedCall): GateAttempt {
    const attempt = new GateAttempt(call);
    const { callField, fingerprint, requestBytes, request } = call;
    this.checkReady();
    const principal = this.principalOf(call.context);
    this.executor.submit({ method, callField, principal, fingerprint, requestBytes, request }, attempt);
    return attempt;
  }

  /**
   * Carries a call out without a server. `leave` says that nobody waits for the reply any more, which then never comes.
   * @throws where the bytes are no request
   */
  deliver(call: CallToDeliver): { readonly reply: Promise<DeliveredReply>; leave(): void } {
    const attempt = new DirectAttempt();
    const method = this.methods.get(call.path);
    if (this.notReady !== undefined || method === undefined) {
      const reason = method === undefined ? "not-guarded" : "starting";
      attempt.settle("refuse", refused(reason, this.notReady ?? `there is no ${call.path} here`));
      return attempt;
    }
    const { callField, principal, request } = call;
    const fingerprint = callField === undefined ? "" : this.runtime.sha256Text(request);
    const message = method.decodeRequest(request);
    const requestBytes = request.length;
    this.executor.submit(
      { method, callField, principal, fingerprint, requestBytes, request: message },
      attempt,
    );
    return attempt;
  }

  private deliveryHandlers(): Handlers<typeof Delivery> {
    const { delivery } = this;
    const admitted = <Request, Reply>(answer: (request: Request, principal: string) => Promise<Reply>) => {
      return (request: Request, call: CallContext) => {
        this.checkReady();
        return answer(request, this.principalOf(call));
      };
    };
    return {
      open: admitted((request, principal) => delivery.open(request, principal)),
      keepAlive: admitted((request, principal) => delivery.keepAlive(request, principal)),
      outcome: admitted((request, principal) => delivery.outcome(request, principal)),
      close: admitted(async (request, principal) => {
        await delivery.close(request, principal);
        return create(CloseReplySchema);
      }),
    };
  }

  /** @throws RpcError */
  private checkReady(): void {
    if (this.notReady !== undefined) throw refusalError("starting", this.notReady);
    const { unavailable } = this.executor;
    if (unavailable !== undefined) throw refusalError("failed", unavailable);
  }

  private principalOf(context: CallContext): string {
    const principal: unknown = this.settings.principal(context);
    const isName =
      typeof principal === "string" &&
      principal.length <= PRINCIPAL_CHARACTERS_MAX &&
      !/\p{Surrogate}/u.test(principal);
    if (isName) return principal;
    throw new TypeError(
      `HomeOptions.principal must give a text of at most ${PRINCIPAL_CHARACTERS_MAX} whole characters`,
    );
  }

  // ── Methods ───────────────────────────────────────────────────────────────────────────────────────────────

  private get exactlyOnceMethods(): string[] {
    return [...this.methods.values()].filter(({ isExactlyOnce }) => isExactlyOnce).map(({ path }) => path);
  }

  private methodOf({ method }: OpenCall): GuardedMethod | undefined {
    return this.methods.get(this.state.methods[method]);
  }

  /** @throws Error with the way out */
  private checkOpenCall(open: OpenCall): void {
    const path = this.state.methods[open.method];
    const method = this.methodOf(open);
    if (method?.style.name !== "redo")
      throw new Error(
        `the journal has open calls of ${path}, which no redo(…) handler is there for: add its service before the ` +
          "server listens, and keep the method until home.openIntents shows none of it",
      );
    try {
      method.decodeRequest(open.request);
    } catch (cause) {
      throw new Error(
        `the journal has an open call of ${path} whose request cannot be read any more (conflict key ` +
          `${JSON.stringify(open.key)}): give the method the request message that it had, and keep that until ` +
          "home.openIntents shows none of it",
        { cause },
      );
    }
  }
}

const CLOSED = "the home is closed";

/** @throws TypeError with the way out, where the promise cannot be kept so */
function checkedStyle(
  { path, kind, promise }: Method,
  style: GuardedStyle | undefined,
): RedoStyle | JournaledStyle | undefined {
  if (promise === "exactly-once" && kind !== "unary")
    throw new TypeError(
      `${path} is ${kind} and promises EXACTLY_ONCE: only unary methods can. Leave "stream" or the promise out in its ` +
        ".proto file: a unary method may begin what a streaming one shows",
    );
  if (promise === "exactly-once" && style === undefined)
    throw new TypeError(
      `${path} promises EXACTLY_ONCE: say how its handler keeps that, with redo({ conflictKey }, handler) for effects ` +
        "outside, or with journaled(handler) for changes of call.state",
    );
  if (style === undefined) return undefined;
  if (kind !== "unary")
    throw new TypeError(`${path} is ${kind}: a ${style.name}(…) handler serves unary methods only`);
  if (style.name === "journaled") return style as JournaledStyle;
  if (style.name !== "redo") throw new TypeError(`${path}: a home has no ${style.name}(…) handlers`);
  if (promise !== "exactly-once")
    throw new TypeError(
      `${path} does not promise EXACTLY_ONCE: a redo(…) handler has no use there. Say ` +
        "option (redoubt.delivery) = EXACTLY_ONCE in its .proto file, or leave redo(…) away",
    );
  return style as RedoStyle;
}
