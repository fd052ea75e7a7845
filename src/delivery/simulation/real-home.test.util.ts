import { fromBinary, toBinary } from "../../codec/binary.js";
import { Journal } from "../../journal/journal.js";
import { Store } from "../../journal/store.js";
import type { CallContext } from "../../rpc/call-context.js";
import { RpcError } from "../../rpc/error.js";
import { Delivery } from "../../rpc/gen/redoubt/delivery_pb.js";
import { Metadata } from "../../rpc/metadata.js";
import type { Method } from "../../rpc/method.js";
import { Status } from "../../rpc/status.js";
import type { Admission, GuardedAnswer, GuardedCall, MethodGuard } from "../../server/execution-gate.js";
import { Home } from "../home/home.js";
import type { HomeOptions } from "../home/home-options.js";
import { HomeState } from "../home/home-state.js";
import { type JournaledCall, journaled } from "../home/journaled.js";
import { type RedoCall, redo } from "../home/redo.js";
import { AnsweredCall } from "../home/session.js";
import {
  audit,
  make,
  makePlain,
  never,
  REFUSED_CODE,
  type RedoContext,
  transfer,
  type Workshop,
} from "./handlers.test.util.js";
import type { HomePort, OpenHome } from "./home-port.test.util.js";
import type { Departure, Reply, Request } from "./network.test.util.js";
import type { Program } from "./program.test.util.js";
import { AUDIT, MAKE, METHODS, TRANSFER, workOf } from "./work.test.util.js";

/** The folder of a home's journal. */
export const HOME_FOLDER = "/journal";

/** The smallest that hold what these worlds record. */
const SEGMENT_BYTES = 8_192;
const ANSWER_BYTES = 512;

/** Who calls is what the network says. */
const PRINCIPAL = "principal";

interface Text {
  readonly value: string;
}

/** A home as servers have it, without their transports. */
export const openRealHome: OpenHome = async (program, shop, settings) => {
  const state = new HomeState(new Store());
  const { checkpointBytes } = settings;
  const journal = await Journal.open(HOME_FOLDER, state, {
    runtime: program,
    segmentBytes: SEGMENT_BYTES,
    checkpointBytes,
  });
  const options: HomeOptions = {
    expiresAfterMs: settings.expiresAfterMs,
    maxAnswerBytes: ANSWER_BYTES,
    principal: ({ metadata }) => metadata.get(PRINCIPAL) ?? "",
    retry: { initialMs: 20, maxMs: 500 },
  };
  const home = new Home({ runtime: program, state, journal }, options);
  const port = new RealHome(home, { state, journal }, program, shop);
  await home.start({ limiter: undefined, sendBytesMax: 1024 * 1024, isServing: true });
  return port;
};

class RealHome implements HomePort {
  private readonly home: Home;
  private readonly inside: { readonly state: HomeState; readonly journal: Journal };
  private readonly program: Program;
  private readonly guards = new Map<string, MethodGuard>();
  private readonly shop: Workshop;

  constructor(home: Home, inside: RealHome["inside"], program: Program, shop: Workshop) {
    this.home = home;
    this.inside = inside;
    this.program = program;
    this.shop = shop;
    const plainly = async (text: string, call: RedoCall) => {
      const work = workOf(text);
      return {
        value:
          work.style === "plain" ? await makePlain(work, shop) : await make(work, call as RedoContext, shop),
      };
    };
    const conflictKey = ({ value }: Text) => workOf(value).where[0]!;
    this.guard(
      MAKE,
      redo({ conflictKey }, ({ value }: Text, call) => plainly(value, call)),
    );
    this.guard(
      TRANSFER,
      journaled(async ({ value }: Text, { state }: JournaledCall) => {
        const work = workOf(value);
        const answer = await transfer(work, state, shop);
        if (work.manner.refuses) throw new RpcError(REFUSED_CODE, `${work.label}|refused`);
        return { value: answer };
      }),
    );
    this.guard(
      AUDIT,
      journaled(async ({ value }: Text, { state }: JournaledCall) => ({
        value: await audit(workOf(value), state, shop),
      })),
    );
  }

  private guard(method: Method, handler: object): void {
    const guard = this.home.guard(method, handler as never, this);
    if (guard === undefined) throw new Error(`${method.path} is not guarded`);
    this.guards.set(method.path, guard);
  }

  get identity(): string {
    return this.inside.journal.home;
  }

  get epoch(): number {
    return this.inside.journal.epoch.number;
  }

  get position(): number {
    return this.inside.journal.position;
  }

  get durablePosition(): number {
    return this.inside.journal.durablePosition;
  }

  get failure(): Error | undefined {
    return this.inside.journal.failure;
  }

  get state(): HomePort["state"] {
    return this.inside.state.store.begin();
  }

  get remembered(): HomePort["remembered"] {
    const { sessions, openCalls } = this.inside.state;
    let answers = 0;
    for (const { calls } of sessions.values())
      for (const call of calls.all()) if (call instanceof AnsweredCall) answers++;
    return { sessions: sessions.size, answers, openIntents: openCalls.size };
  }

  checkpoint(): Promise<void> {
    return this.inside.journal.checkpoint();
  }

  close(): Promise<void> {
    return this.home.close();
  }

  serve(request: Request, departure: Departure): Promise<Reply> {
    const guard = this.guards.get(request.path);
    return guard === undefined ? this.ask(request) : this.pass(guard, request, departure);
  }

  // ── Calls ─────────────────────────────────────────────────────────────────────────────────────────────────

  private pass(guard: MethodGuard, request: Request, departure: Departure): Promise<Reply> {
    const { program } = this;
    return new Promise((resolve) => {
      let isAnswered = false;
      const call: GuardedCall = {
        context: contextOf(request),
        callField: request.call,
        fingerprint: request.call === undefined ? "" : program.sha256Text(request.bytes),
        requestBytes: request.bytes.length,
        request: METHODS.redo.request.decode(request.bytes, 0, request.bytes.length),
        publicError: (error) => (RpcError.is(error) ? error : new RpcError(Status.UNKNOWN, String(error))),
        takePlace: () => false,
        answer: (answer) => {
          isAnswered = true;
          this.count(answer.kind, departure);
          resolve(replyOf(answer));
        },
      };
      let admission: Admission;
      try {
        admission = guard.admit(call);
      } catch (error) {
        if (!RpcError.is(error)) throw error;
        return resolve(failedReply(error));
      }
      departure.onGone = () => {
        if (isAnswered) return;
        isAnswered = true;
        this.shop.count("caller left");
        admission.leave(call);
      };
    });
  }

  private count(kind: GuardedAnswer["kind"], { isGone }: Departure): void {
    if (kind === "join" || kind === "replay") this.shop.count(kind);
    if (isGone) this.shop.count("answered after its caller left");
  }

  // ── redoubt.Delivery ──────────────────────────────────────────────────────────────────────────────────────

  private async ask(request: Request): Promise<Reply> {
    const name = request.path.slice(request.path.lastIndexOf("/") + 1);
    const method = Delivery.methods.find((each) => each.name === name);
    const service = this.home.services.find(({ descriptor }) => descriptor.typeName === Delivery.typeName);
    if (method === undefined || service === undefined) return never();
    const handlers = service.handlers as Record<string, (request: unknown, call: CallContext) => unknown>;
    const context = contextOf(request);
    try {
      const message = await handlers[method.localName]!(fromBinary(method.input, request.bytes), context);
      if (name === "Outcome") this.countOutcome(message as { outcome: { case?: string } });
      const response = toBinary(method.output, message as never);
      return { ...OK_REPLY, response, recorded: context.responseTrailers.get("redoubt-recorded") };
    } catch (error) {
      if (RpcError.is(error)) return failedReply(error);
      this.shop.judge.fail(
        "no-stray-errors",
        `${name} has thrown ${String((error as Error)?.stack ?? error)}`,
      );
    }
  }

  private countOutcome({ outcome }: { outcome: { case?: string } }): void {
    this.shop.count(`outcome: ${outcome.case}`);
  }
}

const OK_REPLY: Reply = {
  code: 0,
  message: "",
  response: undefined,
  statusDetails: undefined,
  recorded: undefined,
  refusal: undefined,
  outcome: "executed",
  hasLeft: true,
};

function contextOf({ principal, call }: Request): CallContext {
  const metadata = new Metadata({ [PRINCIPAL]: principal });
  if (call !== undefined) metadata.append("redoubt-call", call);
  return {
    method: MAKE,
    metadata,
    timeRemainingMs: () => undefined,
    signal: new AbortController().signal,
    peer: { address: "simulated", security: undefined, certificate: undefined },
    localAddress: "simulated",
    responseHeaders: new Metadata(),
    responseTrailers: new Metadata(),
    compression: "identity",
    requestCompressed: false,
    sendHeaders() {},
  };
}

function replyOf(answer: GuardedAnswer): Reply {
  if ("error" in answer) return failedReply(answer.error);
  const recorded = answer.end.trailers().get("redoubt-recorded");
  return { ...OK_REPLY, response: answer.response.slice(), recorded };
}

function failedReply({ code, message, metadata, outcome }: RpcError): Reply {
  return {
    ...OK_REPLY,
    code,
    message,
    recorded: metadata.get("redoubt-recorded"),
    refusal: metadata.get("redoubt-refusal"),
    outcome,
  };
}
