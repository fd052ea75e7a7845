import type { CallCarrier, WaitingCall } from "../../client/call-carrier.js";
import type { CallingChannel } from "../../client/call-delivery.js";
import { ClientCall, type ClientCallListener } from "../../client/client-call.js";
import { CallCounters } from "../../rpc/call-counters.js";
import { type CallEnd, isLocal } from "../../rpc/call-end.js";
import { CALL_FIELD, RECORDED_FIELD, REFUSAL_FIELD } from "../../rpc/delivery-fields.js";
import type { Outcome } from "../../rpc/error.js";
import { Metadata, type MetadataValue } from "../../rpc/metadata.js";
import type { Method } from "../../rpc/method.js";
import type { CallObservation, CallObserver } from "../../rpc/observer.js";
import { Status } from "../../rpc/status.js";
import type { CallTransport, ReceivedMetadata } from "../../transport/call-transport.js";
import type {
  Attempt,
  AttemptEnd,
  AttemptListener,
  AttemptOptions,
  AttemptRequest,
  Attempts,
} from "./attempts.js";
import { interceptedAttempt } from "./intercepted-attempt.js";
import { rawMethod } from "./raw-method.js";
import { refusalText } from "./refusal-text.js";

/** Makes attempts on a channel: each is one call of raw bytes. */
export class ChannelAttempts implements Attempts {
  private readonly channel: CallingChannel;
  private readonly carrier: AttemptCarrier;
  private readonly methods = new Map<string, Method<Uint8Array, Uint8Array>>();

  constructor(channel: CallingChannel) {
    this.channel = channel;
    this.carrier = new AttemptCarrier(channel, undefined);
  }

  make(request: AttemptRequest, listener: AttemptListener): Attempt {
    const { interceptors, runtime } = this.channel;
    const make: Attempts["make"] = (...given) => this.makeDirectly(...given);
    // Who waits for a call has come through them. What authenticates by one has to do so for the session as well, and for
    // calls that nobody waits for.
    if (request.options === undefined && interceptors.length > 0)
      return interceptedAttempt({ interceptors, runtime, make }, request, listener);
    return make(request, listener);
  }

  private makeDirectly(request: AttemptRequest, listener: AttemptListener): Attempt {
    const attempt = new ChannelAttempt(
      this.carrierFor(request),
      this.methodOf(request.path),
      request,
      listener,
    );
    attempt.start(request.request);
    return attempt;
  }

  private carrierFor({ call, number, options }: AttemptRequest): CallCarrier {
    const observation = options?.observation;
    if (observation !== undefined) return new AttemptCarrier(this.channel, observerOf(observation, number));
    return call === undefined ? new AttemptCarrier(this.channel, this.channel.observer) : this.carrier;
  }

  private methodOf(path: string): Method<Uint8Array, Uint8Array> {
    let method = this.methods.get(path);
    if (method === undefined) {
      method = rawMethod(path);
      if (this.methods.size < METHODS_MAX) this.methods.set(path, method);
    }
    return method;
  }
}

/** Methods that are kept ready: beyond it, paths are made up at run time. */
const METHODS_MAX = 1024;

class ChannelAttempt implements Attempt, ClientCallListener<Uint8Array> {
  private readonly call: ClientCall<Uint8Array, Uint8Array>;
  private listener: AttemptListener | undefined;
  private headers: ReceivedMetadata | undefined = undefined;
  private messages = 0;
  private response: Uint8Array | undefined = undefined;
  private outcome: Outcome = "unknown";

  constructor(
    carrier: CallCarrier,
    method: Method<Uint8Array, Uint8Array>,
    { call, timeoutMs, options }: AttemptRequest,
    listener: AttemptListener,
  ) {
    this.listener = listener;
    this.call = new ClientCall(carrier, method, {
      timeoutMs,
      metadata: call === undefined ? options?.metadata : metadataOf(call, options),
      credentials: options?.credentials,
      compression: options?.compression,
    });
  }

  start(request: Uint8Array): void {
    this.call.start(this);
    try {
      this.call.send(request, true);
    } catch (error) {
      this.call.refuse(error);
    }
  }

  describe(): string {
    return this.call.describe().join(", ");
  }

  cancel(): Outcome {
    this.listener = undefined;
    this.call.cancel();
    return this.outcome;
  }

  onHeaders(headers: ReceivedMetadata): void {
    this.headers = headers;
  }

  onMessage(message: Uint8Array): void {
    this.messages++;
    this.response = message;
  }

  onWritable(): void {}

  onEnd(end: CallEnd): void {
    this.outcome = end.outcome;
    const { listener } = this;
    this.listener = undefined;
    listener?.onAttemptEnd(attemptEnd(end, this.headers, this.messages, this.response));
  }
}

function attemptEnd(
  end: CallEnd,
  headers: ReceivedMetadata | undefined,
  messages: number,
  response: Uint8Array | undefined,
): AttemptEnd {
  const { code, message, outcome, cause } = end;
  const local = isLocal(end);
  const trailers = local ? undefined : end.trailers();
  const isWhole = code !== Status.OK || messages === 1;
  const refusal = trailers?.get(REFUSAL_FIELD);
  const said = refusal === undefined ? message : refusalText(refusal, message);
  return {
    code: isWhole ? code : Status.INTERNAL,
    message: isWhole ? said : `the server answered OK with ${messages} messages, where one is due`,
    outcome,
    cause,
    isBrokenOff: end.isBrokenOff,
    trailers: end.trailers,
    details: end.details,
    headers,
    response: code === Status.OK ? response : undefined,
    recorded: isWhole ? trailers?.get(RECORDED_FIELD) : undefined,
    refusal,
    hasLeft: !(local && outcome === "not-executed"),
  };
}

function metadataOf(call: string, options: AttemptOptions | undefined): Metadata {
  const entries: MetadataValue[] = [CALL_FIELD, call];
  if (options?.metadata !== undefined) entries.push(...options.metadata.entries);
  return Metadata.received(() => entries);
}

/** Shows the attempt to whoever observes the call, of which it is not the end. */
function observerOf(observation: CallObservation, number: number): CallObserver {
  return {
    onCall: () => ({
      onAttempt: (attempt) => observation.onAttempt?.({ ...attempt, number: number - 1 + attempt.number }),
      onMessageSent: () => observation.onMessageSent?.(),
      onMessageReceived: (message) => observation.onMessageReceived?.(message),
    }),
  };
}

/** The channel, for attempts: what is said of a call is said where the call is made, and counted there. */
class AttemptCarrier implements CallCarrier {
  readonly counters = new CallCounters();
  readonly defaultTimeoutMs = undefined;
  readonly observer: CallObserver | undefined;
  readonly runtime;
  readonly wheel;
  readonly aborts;
  readonly receiveBytesMax;
  readonly sendBytesMax;
  readonly compression;
  readonly callCredentials;
  readonly isPrivate;
  readonly authority;
  private readonly channel: CallingChannel;

  constructor(channel: CallingChannel, observer: CallObserver | undefined) {
    this.channel = channel;
    this.observer = observer;
    this.runtime = channel.runtime;
    this.wheel = channel.wheel;
    this.aborts = channel.aborts;
    this.receiveBytesMax = channel.receiveBytesMax;
    this.sendBytesMax = channel.sendBytesMax;
    this.compression = channel.compression;
    this.callCredentials = channel.callCredentials;
    this.isPrivate = channel.isPrivate;
    this.authority = channel.authority;
  }

  get lookedUpMs(): number {
    return this.channel.lookedUpMs;
  }

  /** Also while the channel closes, for the last words. */
  readyTransport(): CallTransport | undefined {
    return this.channel.openTransport();
  }

  wait(call: WaitingCall): void {
    this.channel.wait(call);
  }

  stopWaiting(call: WaitingCall): void {
    this.channel.stopWaiting(call);
  }

  setAside(call: WaitingCall): CallEnd | undefined {
    return this.channel.setAside(call);
  }

  takeBack(call: WaitingCall): void {
    this.channel.takeBack(call);
  }

  describeWait(): string {
    return this.channel.describeWait();
  }
}
