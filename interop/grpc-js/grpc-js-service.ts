import { once } from "node:events";
import { create, type DescMethod, type DescService, fromBinary, toBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { type CallContext, Metadata, RpcError } from "@redoubt/rpc";
import { fromGrpcJs, toGrpcJs } from "./grpc-js-metadata.js";

/** The methods of a service for which there are handlers, as grpc-js wants them. */
export function serviceDefinition(service: DescService, handlers: object): grpc.ServiceDefinition {
  const methods = handled(service, handlers).map((method) => [method.localName, definition(method)]);
  return Object.fromEntries(methods);
}

/** Handlers as Redoubt has them, as grpc-js wants them. */
export function implementationOf(service: DescService, handlers: object): grpc.UntypedServiceImplementation {
  const functions = handlers as Record<string, Handler>;
  const methods = handled(service, handlers).map(({ localName, methodKind }) => [
    localName,
    (methodKind.startsWith("client") || methodKind === "unary" ? single : streaming)(
      methodKind === "unary" || methodKind === "server_streaming",
      functions[localName]!,
    ),
  ]);
  return Object.fromEntries(methods);
}

type Handler = (request: unknown, call: CallContext) => unknown;

function handled(service: DescService, handlers: object): DescMethod[] {
  return service.methods.filter(({ localName }) => Object.hasOwn(handlers, localName));
}

function definition({
  parent,
  name,
  methodKind,
  input,
  output,
}: DescMethod): grpc.MethodDefinition<unknown, never> {
  return {
    path: `/${parent.typeName}/${name}`,
    requestStream: methodKind === "client_streaming" || methodKind === "bidi_streaming",
    responseStream: methodKind === "server_streaming" || methodKind === "bidi_streaming",
    requestSerialize: () => Buffer.alloc(0),
    requestDeserialize: (bytes) => fromBinary(input, bytes),
    responseSerialize: (reply) => Buffer.from(toBinary(output, create(output, reply))),
    responseDeserialize: () => undefined as never,
  };
}

type AnyCall = grpc.ServerUnaryCall<unknown, unknown> & grpc.ServerDuplexStream<unknown, unknown>;

function single(takesOne: boolean, handle: Handler) {
  return async (call: AnyCall, callback: grpc.sendUnaryData<unknown>) => {
    const { context, sendHeaders } = contextOf(call);
    try {
      const reply = await handle(requestOf(call, takesOne), context);
      sendHeaders();
      callback(null, reply, toGrpcJs(context.responseTrailers));
    } catch (error) {
      sendHeaders();
      callback(serviceError(error, context));
    }
  };
}

function streaming(takesOne: boolean, handle: Handler) {
  return async (call: AnyCall) => {
    const { context, sendHeaders } = contextOf(call);
    try {
      for await (const reply of handle(requestOf(call, takesOne), context) as AsyncIterable<unknown>) {
        if (context.signal.aborted) return;
        sendHeaders();
        if (!call.write(reply)) await once(call, "drain", { signal: context.signal });
      }
      call.end(toGrpcJs(context.responseTrailers));
    } catch (error) {
      if (!context.signal.aborted) call.emit("error", serviceError(error, context));
    }
  };
}

function requestOf(call: AnyCall, takesOne: boolean): unknown {
  // The plain iterator would destroy the whole duplex, with the answers that are still to be sent.
  return takesOne ? call.request : call.iterator({ destroyOnReturn: false });
}

function contextOf(call: AnyCall): { readonly context: CallContext; readonly sendHeaders: () => void } {
  const controller = new AbortController();
  call.on("cancelled", () => controller.abort());
  const responseHeaders = new Metadata();
  let sent = false;
  const sendHeaders = () => {
    if (!sent) call.sendMetadata(toGrpcJs(responseHeaders));
    sent = true;
  };
  const metadata = fromGrpcJs(call.metadata);
  const { signal } = controller;
  const context: Partial<CallContext> = {
    metadata,
    signal,
    responseHeaders,
    responseTrailers: new Metadata(),
    sendHeaders,
    // It neither tells whether a request came compressed nor compresses answers.
    requestCompressed: false,
    compression: "identity",
  };
  return { context: context as CallContext, sendHeaders };
}

function serviceError(error: unknown, { responseTrailers }: CallContext): Partial<grpc.ServiceError> {
  const metadata = toGrpcJs(responseTrailers);
  if (!RpcError.is(error)) return { code: grpc.status.UNKNOWN, details: String(error), metadata };
  return { code: error.code, details: error.message, metadata };
}
