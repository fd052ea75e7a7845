/** Redoubt: RPC for TypeScript that leaves no call in doubt. */
export * from "./client/index.js";
export { type BinaryReadOptions, type BinaryWriteOptions, fromBinary, toBinary } from "./codec/binary.js";
export type { Marshaller } from "./codec/marshaller.js";
export { Channel } from "./delivery/channel.js";
export * from "./delivery/client/index.js";
export * from "./delivery/home/index.js";
export type { ConnectionOptions } from "./http2/connection.js";
export * from "./journal/index.js";
export * from "./rpc/index.js";
export { CompressionFault, type Compressor, type Encoding } from "./runtime/compressor.js";
export { nodeRuntime } from "./runtime/node.js";
export type { Pem } from "./runtime/node-tls-material.js";
export {
  type AcceptedPipe,
  type Address,
  type Listener,
  type Pipe,
  PipeError,
  type PipeEvents,
  type Runtime,
  type Timer,
} from "./runtime/runtime.js";
export {
  type FolderLock,
  type OpenMode,
  type Storage,
  StorageError,
  type StorageFault,
  type StoredFile,
} from "./runtime/storage.js";
export type {
  PeerCertificate,
  PipeSecurity,
  TlsClientSettings,
  TlsMaterial,
  TlsMaterialSource,
  TlsServerSettings,
  TlsSessions,
  TlsVersion,
} from "./runtime/tls.js";
export * from "./server/index.js";
export type { ConnectionCounters } from "./transport/connection-counters.js";
export type { ConnectionWatcher, WatchedConnection } from "./transport/connection-watch.js";
export type { InProcessTarget } from "./transport/in-process.js";
export { VERSION } from "./version.js";
