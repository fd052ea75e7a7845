export type { CallContext, Peer } from "./call-context.js";
export type { CallCounters } from "./call-counters.js";
export type { CallCredentials, CallToProve } from "./call-credentials.js";
export type { CallEnd } from "./call-end.js";
export type { Compression } from "./compression.js";
export { Credentials, type TlsCredentials, type TlsOptions, type TlsUpdate } from "./credentials.js";
export { detail } from "./detail.js";
export type { DynamicMessage } from "./dynamic-message.js";
export { type Outcome, RpcError, type RpcErrorOptions } from "./error.js";
export type {
  ClientInterceptor,
  ClientReply,
  ClientRequest,
  ReplyMessages,
  RequestMessages,
} from "./interceptor.js";
export { Metadata, type MetadataInit, type MetadataValue } from "./metadata.js";
export type { DeliveryPromise, Method, MethodKind } from "./method.js";
export type { CallObservation, CallObserver } from "./observer.js";
export type { ServerInterceptor, ServerRequest } from "./server-interceptor.js";
export { Status, statusFrom, statusName } from "./status.js";
