import type { DescMessage } from "@bufbuild/protobuf";
import type { CallingChannel } from "../../client/call-delivery.js";
import { intercept } from "../../client/intercepted.js";
import { fromBinary, toBinary } from "../../codec/binary.js";
import { endFromError, localEnd } from "../../rpc/call-end.js";
import { REFUSAL_FIELD } from "../../rpc/delivery-fields.js";
import { type Outcome, RpcError } from "../../rpc/error.js";
import { Delivery } from "../../rpc/gen/redoubt/delivery_pb.js";
import { methodFrom } from "../../rpc/method.js";
import { Status } from "../../rpc/status.js";
import type { Attempt, AttemptEnd, AttemptListener, AttemptRequest } from "./attempts.js";

/** A call of redoubt.Delivery through the channel's interceptors, which see its messages as they do any others. */
export function interceptedAttempt(
  channel: CallingChannel,
  request: AttemptRequest,
  listener: AttemptListener,
): Attempt {
  const attempt = new InterceptedAttempt(listener);
  void attempt.run(channel, request);
  return attempt;
}

class InterceptedAttempt implements Attempt {
  private readonly controller = new AbortController();
  private listener: AttemptListener | undefined;

  constructor(listener: AttemptListener) {
    this.listener = listener;
  }

  async run(channel: CallingChannel, request: AttemptRequest): Promise<void> {
    const end = await this.endOf(channel, request);
    const { listener } = this;
    this.listener = undefined;
    listener?.onAttemptEnd(end);
  }

  describe(): string {
    return "waiting for the answer, behind interceptors";
  }

  cancel(): Outcome {
    this.listener = undefined;
    this.controller.abort();
    return "unknown";
  }

  private async endOf(
    channel: CallingChannel,
    { path, request, timeoutMs }: AttemptRequest,
  ): Promise<AttemptEnd> {
    const descriptor = Delivery.methods.find(({ name }) => path.endsWith(`/${name}`))!;
    // One attempt at a time: it is made again from above.
    const method = { ...methodFrom(descriptor), promise: "at-most-once" as const };
    try {
      const message = fromBinary(descriptor.input, request);
      const options = { timeoutMs, signal: this.controller.signal };
      const reply = await intercept(channel, method, { kind: "unary", message }, options);
      const answer = "message" in reply ? reply.message : undefined;
      return {
        ...localEnd(Status.OK, "", "executed"),
        ...NOTHING,
        response: bytesOf(descriptor.output, answer),
      };
    } catch (error) {
      const outcome = RpcError.is(error) ? error.outcome : "unknown";
      const refusal = RpcError.is(error) ? error.metadata.get(REFUSAL_FIELD) : undefined;
      return { ...endFromError(error, outcome), ...NOTHING, refusal };
    }
  }
}

function bytesOf(schema: DescMessage, message: unknown): Uint8Array {
  return toBinary(schema, message as never);
}

const NOTHING = {
  headers: undefined,
  response: undefined,
  recorded: undefined,
  refusal: undefined,
  hasLeft: true,
};
