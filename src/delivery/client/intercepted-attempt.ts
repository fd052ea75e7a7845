import { markHandled } from "../../client/quiet.js";
import { worse } from "../../client/retries.js";
import { deadlineMessage, duration } from "../../client/time-spent.js";
import { fromBinary } from "../../codec/binary.js";
import { endFromError, errorFromEnd, localEnd } from "../../rpc/call-end.js";
import type { Outcome } from "../../rpc/error.js";
import { Delivery } from "../../rpc/gen/redoubt/delivery_pb.js";
import type { ClientInterceptor, ClientReply, ClientRequest } from "../../rpc/interceptor.js";
import { Metadata } from "../../rpc/metadata.js";
import { type Method, methodFrom } from "../../rpc/method.js";
import { Status } from "../../rpc/status.js";
import type { Runtime, Timer } from "../../runtime/runtime.js";
import type { Attempt, AttemptEnd, AttemptListener, AttemptRequest, Attempts } from "./attempts.js";
import { rawMethod } from "./raw-method.js";

/** What an {@link interceptedAttempt} goes through, and how it is made in the end. */
export interface InterceptedPath {
  readonly interceptors: readonly ClientInterceptor[];
  readonly runtime: Runtime;
  readonly make: Attempts["make"];
}

/**
 * An attempt through a channel's interceptors, with what they add to its metadata. Of a call of redoubt.Delivery they see
 * the messages, of any other bytes. The request that is sent is the one that was given, and the answer the server's:
 * what they make of messages is for callers, of whom there are none here.
 */
export function interceptedAttempt(
  path: InterceptedPath,
  request: AttemptRequest,
  listener: AttemptListener,
): Attempt {
  const attempt = new InterceptedAttempt(path, request, listener);
  void attempt.run();
  return attempt;
}

class InterceptedAttempt implements Attempt {
  private readonly path: InterceptedPath;
  private readonly request: AttemptRequest;
  private listener: AttemptListener | undefined;
  private readonly controller = new AbortController();
  private readonly startedMs: number;
  private readonly timer: Timer;
  /** What was made of it; more than one where an interceptor tries again. */
  private readonly underWay = new Set<InnerAttempt>();
  /** How the last one has ended, or the one that brought the recorded answer. */
  private last: AttemptEnd | undefined = undefined;
  private outcome: Outcome = "not-executed";

  constructor(path: InterceptedPath, request: AttemptRequest, listener: AttemptListener) {
    const { runtime } = path;
    this.path = path;
    this.request = request;
    this.listener = listener;
    this.startedMs = runtime.now();
    this.timer = runtime.setTimer(() => this.expire(), request.timeoutMs);
  }

  async run(): Promise<void> {
    const { request, controller } = this;
    const messages = messagesOf(request);
    const call: ClientRequest = {
      kind: "unary",
      message: messages.request,
      method: messages.method,
      metadata: new Metadata(),
      timeoutMs: request.timeoutMs,
      signal: controller.signal,
    };
    try {
      await this.step(0, call, messages);
      this.end(this.last ?? answeredByInterceptor(request.path));
    } catch (error) {
      this.end(this.endAfter(error));
    }
  }

  describe(): string {
    const [inner] = this.underWay;
    if (inner !== undefined) return inner.describe();
    return `${duration(this.startedMs, this.path.runtime.now())} waiting for the channel's interceptors`;
  }

  cancel(): Outcome {
    this.listener = undefined;
    this.timer.cancel();
    for (const inner of [...this.underWay]) this.outcome = worse(this.outcome, inner.cancel());
    this.underWay.clear();
    this.controller.abort();
    return this.outcome;
  }

  private async step(index: number, call: ClientRequest, messages: Messages): Promise<ClientReply> {
    const { interceptors } = this.path;
    if (index === interceptors.length) return this.send(call, messages);
    return interceptors[index](call, (next) => {
      const reply = this.step(index + 1, next, messages);
      markHandled(reply);
      return reply;
    });
  }

  private async send({ metadata, timeoutMs }: ClientRequest, messages: Messages): Promise<ClientReply> {
    if (this.listener === undefined) throw errorFromEnd(TAKEN_BACK);
    const leftMs = this.request.timeoutMs - (this.path.runtime.now() - this.startedMs);
    const options = { metadata, credentials: undefined, compression: undefined, observation: undefined };
    const inner = new InnerAttempt();
    this.underWay.add(inner);
    const request = {
      ...this.request,
      timeoutMs: Math.max(1, Math.min(leftMs, timeoutMs ?? leftMs)),
      options,
    };
    const end = await inner.ended(this.path.make, request, (end) => {
      this.underWay.delete(inner);
      this.outcome = worse(this.outcome, end.hasLeft ? end.outcome : "not-executed");
      if (this.last?.recorded === undefined) this.last = end;
    });
    if (end.code !== Status.OK) throw errorFromEnd(end);
    const headers = end.headers?.metadata() ?? new Metadata();
    return { kind: "unary", message: messages.reply(end), headers, trailers: end.trailers() };
  }

  /** Interceptors have thrown: for the answer that they got, or for reasons of their own. */
  private endAfter(error: unknown): AttemptEnd {
    const { last } = this;
    const isAnswer = last !== undefined && (last.code !== Status.OK || last.recorded !== undefined);
    if (isAnswer) return last;
    return { ...endFromError(error, this.outcome), ...NOTHING, hasLeft: last !== undefined };
  }

  private expire(): void {
    const { listener, request } = this;
    const message = deadlineMessage(request.timeoutMs, [this.describe()]);
    const outcome = this.cancel();
    const hasLeft = outcome !== "not-executed";
    listener?.onAttemptEnd({
      ...localEnd(Status.DEADLINE_EXCEEDED, message, outcome),
      ...NOTHING,
      hasLeft,
    });
  }

  private end(end: AttemptEnd): void {
    const { listener } = this;
    this.cancel();
    listener?.onAttemptEnd(end);
  }
}

/** What interceptors have passed on. */
class InnerAttempt {
  private attempt: Attempt | undefined = undefined;
  private resolve!: (end: AttemptEnd) => void;

  /** `onEnd` is called at once, before the promise resolves; not where it is cancelled. */
  ended(
    make: Attempts["make"],
    request: AttemptRequest,
    onEnd: (end: AttemptEnd) => void,
  ): Promise<AttemptEnd> {
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.attempt = make(request, {
        onAttemptEnd: (end) => {
          onEnd(end);
          resolve(end);
        },
      });
    });
  }

  describe(): string {
    return this.attempt?.describe() ?? "";
  }

  cancel(): Outcome {
    this.resolve(TAKEN_BACK);
    return this.attempt?.cancel() ?? "not-executed";
  }
}

/** A request and its answer, as interceptors see them. */
interface Messages {
  readonly method: Method;
  readonly request: unknown;
  reply(end: AttemptEnd): unknown;
}

function messagesOf({ path, call, request }: AttemptRequest): Messages {
  if (call !== undefined)
    return {
      method: rawMethod(path) as Method,
      request: request.slice(),
      reply: ({ response }) => response?.slice(),
    };
  const descriptor = Delivery.methods.find(({ name }) => path.endsWith(`/${name}`))!;
  return {
    method: methodFrom(descriptor),
    request: fromBinary(descriptor.input, request),
    reply: ({ response }) => fromBinary(descriptor.output, response ?? NO_BYTES),
  };
}

function answeredByInterceptor(path: string): AttemptEnd {
  const message = `an interceptor of the channel has answered ${path} by itself`;
  return { ...localEnd(Status.INTERNAL, message, "not-executed"), ...NOTHING };
}

const NOTHING = {
  headers: undefined,
  response: undefined,
  recorded: undefined,
  refusal: undefined,
  hasLeft: false,
};

const TAKEN_BACK: AttemptEnd = {
  ...localEnd(Status.CANCELLED, "the attempt was taken back", "unknown"),
  ...NOTHING,
};

const NO_BYTES = new Uint8Array(0);
