import { type CallEnd, errorFromEnd } from "../rpc/call-end.js";
import { RpcError } from "../rpc/error.js";
import { Metadata } from "../rpc/metadata.js";
import { Status } from "../rpc/status.js";
import type { WritableGate } from "../rpc/writable-gate.js";
import type { ReceivedMetadata } from "../transport/call-transport.js";
import type { CallOptions } from "./call-options.js";
import type { ClientCallListener } from "./client-call.js";

/** Collects an answer of one message: unary and client-streaming calls. */
export class SingleReply<Response> implements ClientCallListener<Response> {
  /** Resolves, never rejects, when the call is over. */
  readonly ended: Promise<void>;
  /** The promise that the caller was given, where somebody needs it. */
  answer: Promise<unknown> | undefined = undefined;
  private readonly options: CallOptions | undefined;
  private readonly gate: WritableGate | undefined;
  private resolveEnded!: () => void;
  private received: ReceivedMetadata | undefined = undefined;
  private messages = 0;
  private message: Response | undefined = undefined;
  private end: CallEnd | undefined = undefined;

  /** `gate` opens when more can be sent, and at the end. */
  constructor(options: CallOptions | undefined, gate?: WritableGate) {
    this.options = options;
    this.gate = gate;
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
  }

  get over(): boolean {
    return this.end !== undefined;
  }

  onHeaders(headers: ReceivedMetadata): void {
    this.received = headers;
    this.options?.onHeaders?.(headers.metadata());
  }

  onMessage(message: Response): void {
    this.messages++;
    this.message = message;
  }

  onWritable(): void {
    this.gate?.open();
  }

  onEnd(end: CallEnd): void {
    this.end = end;
    this.resolveEnded();
    this.gate?.open();
  }

  get headers(): Metadata {
    return this.received?.metadata() ?? new Metadata();
  }

  get trailers(): Metadata {
    return this.end?.trailers() ?? new Metadata();
  }

  /** The message, once the call is over. @throws RpcError where it has failed */
  take(): Response {
    const end = this.end as CallEnd;
    this.options?.onTrailers?.(end.trailers());
    if (end.code !== Status.OK) throw errorFromEnd(end);
    if (this.messages === 1) return this.message as Response;
    const detail = this.messages === 0 ? "without a message" : `with ${this.messages} messages`;
    throw new RpcError(Status.INTERNAL, `the server answered OK ${detail}, where one is due`, {
      outcome: "executed",
    });
  }
}
