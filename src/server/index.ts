export type { ServerKeepaliveOptions } from "../transport/keepalive.js";
export type { CallLimiter, LimitedCall } from "./call-limiter.js";
export type { ConnectionLifeOptions } from "./connection-rules.js";
export type {
  Admission,
  AnswerKind,
  ExecutionGate,
  GateHost,
  GateService,
  GuardedAnswer,
  GuardedCall,
  MethodGuard,
} from "./execution-gate.js";
export type { DynamicHandler, Handler, Handlers, Replies } from "./handlers.js";
export { Server, type ServerOptions } from "./server.js";
