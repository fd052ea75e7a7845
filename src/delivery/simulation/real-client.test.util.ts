import { AbortHub } from "../../client/abort-hub.js";
import type { CallOutcome, ChannelDelivery } from "../../client/call-delivery.js";
import { ProcessHold } from "../../client/process-hold.js";
import { CallCounters } from "../../rpc/call-counters.js";
import type { CallEnd as RpcEnd } from "../../rpc/call-end.js";
import { RpcError } from "../../rpc/error.js";
import { Metadata } from "../../rpc/metadata.js";
import { Status } from "../../rpc/status.js";
import { TimerWheel } from "../../rpc/timer-wheel.js";
import type { Attempt, AttemptEnd, AttemptListener, AttemptRequest, Attempts } from "../client/attempts.js";
import type { CallerHost } from "../client/caller.js";
import { ClientBook } from "../client/client-book.js";
import type { KeptAnswer } from "../client/client-records.js";
import { DurableDelivery } from "../client/durable-delivery.js";
import { VolatileDelivery } from "../client/volatile-delivery.js";
import type { OpenClient } from "./client-host.test.util.js";
import type { CallEnd, ClientPort, Unfinished } from "./client-port.test.util.js";
import { REFUSED_CODE } from "./handlers.test.util.js";
import type { Reply } from "./network.test.util.js";
import { labelOf, sessionIn } from "./observer.test.util.js";
import type { Program } from "./program.test.util.js";
import { principalOf, type Stage } from "./stage.test.util.js";
import { METHODS, requestText, textOf, type Work } from "./work.test.util.js";

/** The folder of a durable client. */
const CLIENT_FOLDER = "/client";

/** The smallest that hold what these worlds record. */
const SEGMENT_BYTES = 8_192;
const CHECKPOINT_BYTES = 2_000;

/** A client as channels have it, with the network of this world below. */
export const openRealClient: OpenClient = async (stage, program, client, isDurable) => {
  const attempts = new SimulatedAttempts(stage, program, client);
  const host: CallerHost = {
    runtime: program,
    wheel: new TimerWheel(program),
    aborts: new AbortHub(),
    observer: undefined,
    counters: new CallCounters(),
    defaultTimeoutMs: undefined,
    sendBytesMax: 1024 * 1024,
    hold: new ProcessHold(program),
  };
  if (!isDurable) return new RealClient(new VolatileDelivery(host, attempts));
  const book = await ClientBook.open(CLIENT_FOLDER, {
    runtime: program,
    segmentBytes: SEGMENT_BYTES,
    checkpointBytes: CHECKPOINT_BYTES,
  });
  return new RealDurableClient(book, host, attempts);
};

/** One attempt is one message. */
class SimulatedAttempts implements Attempts {
  private readonly stage: Stage;
  private readonly program: Program;
  private readonly client: string;

  constructor(stage: Stage, program: Program, client: string) {
    this.stage = stage;
    this.program = program;
    this.client = client;
  }

  make({ path, call, request, timeoutMs }: AttemptRequest, listener: AttemptListener): Attempt {
    const { stage, program, client } = this;
    const message = { path, call, bytes: request, principal: principalOf(client) };
    const wire = stage.network.attempt(program, client, stage.home!, message, timeoutMs);
    let isOver = program.isDead;
    void wire.reply.then((reply) => {
      if (isOver || program.isDead) return;
      isOver = true;
      if (reply.refusal !== undefined)
        stage.causes.refuses(client, labelOf(message) ?? path, reply.refusal, sessionIn(message));
      listener.onAttemptEnd(attemptEnd(reply));
    });
    return {
      describe: () => "simulated",
      cancel: () => {
        if (!isOver) wire.cancel();
        isOver = true;
        return "unknown";
      },
    };
  }
}

function attemptEnd({ code, message, response, recorded, refusal, outcome, hasLeft }: Reply): AttemptEnd {
  return {
    code: code as Status,
    message,
    outcome,
    trailers: () => new Metadata(),
    details: () => [],
    headers: undefined,
    response: code === 0 ? (response ?? new Uint8Array(0)) : undefined,
    recorded,
    refusal,
    hasLeft,
  };
}

class RealClient implements ClientPort {
  protected readonly delivery: ChannelDelivery;

  constructor(delivery: ChannelDelivery) {
    this.delivery = delivery;
  }

  call(work: Work, { timeoutMs, key }: { timeoutMs: number; key?: string }): Promise<CallEnd> {
    return new Promise((resolve) => {
      let text = "";
      const method = METHODS[work.style as keyof typeof METHODS];
      const options = { timeoutMs, ...(key === undefined ? {} : { key }) };
      this.delivery.start(method, { value: requestText(work) }, options, {
        onHeaders() {},
        onMessage(message) {
          text = (message as { value: string }).value;
        },
        onWritable() {},
        onEnd: (end) => resolve(endOf(end, text)),
      });
    });
  }

  async outcomeOf(callId: string, timeoutMs: number): Promise<CallEnd> {
    try {
      return toldOf(await this.delivery.outcomeOf(callId, { timeoutMs }));
    } catch (error) {
      if (!RpcError.is(error)) throw error;
      const isFinal = error.code !== Status.DEADLINE_EXCEEDED && error.code !== Status.UNAVAILABLE;
      return { told: { kind: "unknown", text: error.message }, callId, isFinal };
    }
  }

  unfinished(): readonly Unfinished[] {
    return [];
  }

  knows(_key: string): boolean {
    return false;
  }

  forget(_key: string): void {}

  async close(): Promise<void> {
    await this.delivery.close(0);
  }
}

function endOf(end: RpcEnd & { readonly callId?: string | undefined }, text: string): CallEnd {
  const { callId, code, outcome, message } = end;
  if (code === 0) return { told: { kind: "answer", text }, callId, isFinal: true };
  if (code === REFUSED_CODE && outcome === "executed")
    return { told: { kind: "refused", text: message }, callId, isFinal: true };
  const kind = outcome === "not-executed" ? "not-executed" : "unknown";
  return { told: { kind, text: message }, callId, isFinal: callId === undefined };
}

function toldOf({ outcome, response, error }: CallOutcome): CallEnd {
  const end = (kind: "answer" | "refused" | "not-executed", text: string): CallEnd => ({
    told: { kind, text },
    callId: undefined,
    isFinal: true,
  });
  if (outcome === "not-executed") return end("not-executed", "says the home");
  return error === undefined ? end("answer", textOf(response)) : end("refused", error.message);
}

/** The same, remembering its calls; what `DurableClient` makes of them is done here by hand. */
class RealDurableClient extends RealClient {
  private readonly book: ClientBook;
  private readonly answers: Map<number, (end: CallEnd) => void>;
  /** Why no call is made any more. */
  private readonly over: { end: CallEnd | undefined };

  constructor(book: ClientBook, host: CallerHost, attempts: Attempts) {
    const answers = new Map<number, (end: CallEnd) => void>();
    const over: { end: CallEnd | undefined } = { end: undefined };
    super(
      new DurableDelivery(book, host, attempts, {
        onAnswer: (sequence, answer) => answers.get(sequence)?.(keptEnd(answer)),
        onRefused: (end) => {
          over.end = endOf({ ...end, outcome: "unknown" }, "");
          for (const tell of answers.values()) tell(over.end);
        },
        onTrouble() {},
        onClosed() {},
      }),
    );
    this.book = book;
    this.answers = answers;
    this.over = over;
  }

  override unfinished(): readonly Unfinished[] {
    return Array.from(this.book.state.calls.values(), ({ sequence, key, request }) => ({
      key: key === "" ? undefined : key,
      text: textOf(request),
      end: new Promise<CallEnd>((resolve) => {
        if (this.over.end !== undefined) return resolve(this.over.end);
        const others = this.answers.get(sequence);
        this.answers.set(sequence, (end) => {
          others?.(end);
          resolve(end);
        });
      }),
    }));
  }

  override knows(key: string): boolean {
    const { answers, keys } = this.book.state;
    return answers.has(key) || keys.has(key);
  }

  override forget(key: string): void {
    (this.delivery as DurableDelivery).forget(key);
    const { answers, keys } = this.book.state;
    if (answers.has(key) || keys.has(key)) void this.book.record({ kind: "forgotten", key });
  }

  override async close(): Promise<void> {
    await super.close();
    await this.book.close();
  }
}

function keptEnd({ code, message, outcome, response }: KeptAnswer): CallEnd {
  if (code === 0)
    return { told: { kind: "answer", text: textOf(response) }, callId: undefined, isFinal: true };
  if (code === REFUSED_CODE && outcome === "executed")
    return { told: { kind: "refused", text: message }, callId: undefined, isFinal: true };
  const kind = outcome === "not-executed" ? "not-executed" : "unknown";
  return { told: { kind, text: message }, callId: undefined, isFinal: true };
}
