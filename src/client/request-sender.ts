import type { WritableGate } from "../rpc/writable-gate.js";
import type { SendOptions } from "./call-options.js";
import type { ClientCall } from "./client-call.js";
import { quietRejection } from "./quiet.js";

/** Where a stream of requests goes: into a call, or through interceptors. */
export interface RequestSink<Request> {
  send(message: Request, options?: SendOptions): Promise<void>;
  end(): void;
  cancel(): void;
}

type SendingSide<Request> = Pick<ClientCall<Request>, "send" | "halfClose" | "cancel" | "fail">;

const SENT = Promise.resolve();

/** The sending side of a call with a stream of requests. */
export class RequestSender<Request> implements RequestSink<Request> {
  private readonly call: SendingSide<Request>;
  private readonly gate: WritableGate;
  private ended = false;

  constructor(call: SendingSide<Request>, gate: WritableGate) {
    this.call = call;
    this.gate = gate;
  }

  /**
   * Sends a message; resolves when there is room for another one, or when the call is over (its result says how).
   * What cannot be sent ends the call, since a stream with a gap must not pass for a whole one.
   * @throws RpcError where the message cannot be encoded or is too large, or too many wait
   */
  send(message: Request, options?: SendOptions): Promise<void> {
    try {
      if (this.ended) throw new Error("send() after end()");
      return this.call.send(message, false, options) ? SENT : this.gate.wait();
    } catch (error) {
      this.call.fail(error);
      return quietRejection(error);
    }
  }

  /** No more messages come. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.call.halfClose();
  }

  cancel(): void {
    this.call.cancel();
  }

  /** Sends all of `messages`, at the pace of the peer, and ends; an error that they throw takes the call back. */
  async sendAll(
    messages: AsyncIterable<Request> | Iterable<Request>,
    over: () => boolean,
    optionsFor?: (message: Request) => SendOptions | undefined,
  ): Promise<void> {
    try {
      for await (const message of messages) {
        if (over()) return;
        await this.send(message, optionsFor?.(message));
        if (over()) return;
      }
      this.end();
    } catch (error) {
      this.call.fail(error);
    }
  }
}
