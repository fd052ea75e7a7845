import type { DescMethod } from "@bufbuild/protobuf";
import { codecFor } from "../codec/codec.js";
import type { Marshaller } from "../codec/marshaller.js";

/** Which sides send a stream of messages. */
export type MethodKind = "unary" | "client-streaming" | "server-streaming" | "bidirectional";

/** What a method promises when a network or a machine fails. */
export type DeliveryPromise = "at-most-once" | "at-least-once" | "exactly-once";

/** A remote procedure: its name on the wire and how its messages are marshalled. */
export interface Method<Request = unknown, Response = unknown> {
  /** `/package.Service/Method` */
  readonly path: string;
  /** `package.Service` */
  readonly service: string;
  /** `Method`, as the interface description writes it. */
  readonly name: string;
  readonly kind: MethodKind;
  readonly request: Marshaller<Request>;
  readonly response: Marshaller<Response>;
  readonly promise: DeliveryPromise;
}

/** The method that a descriptor describes. */
export function methodFrom(descriptor: DescMethod): Method {
  const { typeName } = descriptor.parent;
  return {
    path: `/${typeName}/${descriptor.name}`,
    service: typeName,
    name: descriptor.name,
    kind: KINDS[descriptor.methodKind],
    request: codecFor(descriptor.input) as Marshaller,
    response: codecFor(descriptor.output) as Marshaller,
    promise: promiseOf(descriptor),
  };
}

/** What the option `(redoubt.delivery)` says, or else `idempotency_level`. */
function promiseOf({ proto, idempotency }: DescMethod): DeliveryPromise {
  const option = proto.options?.$unknown?.findLast(({ no }) => no === DELIVERY);
  const said = option === undefined ? undefined : PROMISES[option.data[0]];
  return said ?? (idempotency === NO_IDEMPOTENCY ? "at-most-once" : "at-least-once");
}

/** The option's number. It is looked for by hand, so that importing the package need not load the descriptors of options. */
const DELIVERY = 83713;

/** By the values of `redoubt.DeliveryPromise`. */
const PROMISES: readonly (DeliveryPromise | undefined)[] = [
  undefined,
  "at-most-once",
  "at-least-once",
  "exactly-once",
];

/** `google.protobuf.MethodOptions.IdempotencyLevel.IDEMPOTENCY_UNKNOWN` */
const NO_IDEMPOTENCY = 0;

const KINDS: Record<DescMethod["methodKind"], MethodKind> = {
  unary: "unary",
  client_streaming: "client-streaming",
  server_streaming: "server-streaming",
  bidi_streaming: "bidirectional",
};
