export type { KeepaliveOptions } from "../transport/keepalive.js";
export type { BackoffOptions } from "./backoff.js";
export type { CallCarrier } from "./call-carrier.js";
export type {
  CallDelivery,
  CallingChannel,
  CallOutcome,
  ChannelDelivery,
  OutcomeOptions,
} from "./call-delivery.js";
export type { CallOptions, ParentCall, SendOptions } from "./call-options.js";
export type { ChannelOptions } from "./channel.js";
export { ClientCall, type ClientCallListener } from "./client-call.js";
export type { Connectivity } from "./connector.js";
export type { BidiStream, ClientStream } from "./streams.js";
export {
  type BidirectionalMethod,
  type ClientStreamingMethod,
  type DynamicMethod,
  type DynamicReply,
  type DynamicRequest,
  type DynamicStream,
  type Stub,
  type StubMethod,
  stub,
} from "./stub.js";
