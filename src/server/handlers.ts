import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { CallContext } from "../rpc/call-context.js";
import type { DynamicMessage } from "../rpc/dynamic-message.js";

/** The methods of a service, as a server implements them: one function each. */
export type Handlers<Service extends DescService> = {
  [Name in keyof Service["method"]]: Handler<Service["method"][Name]>;
};

/** What a handler is called like, by its method's kind. */
export type Handler<Desc> =
  Desc extends DescMethodUnary<infer Input, infer Output>
    ? (
        request: MessageShape<Input>,
        call: CallContext,
      ) => MessageInitShape<Output> | Promise<MessageInitShape<Output>>
    : Desc extends DescMethodServerStreaming<infer Input, infer Output>
      ? (request: MessageShape<Input>, call: CallContext) => Replies<MessageInitShape<Output>>
      : Desc extends DescMethodClientStreaming<infer Input, infer Output>
        ? (
            requests: AsyncIterableIterator<MessageShape<Input>>,
            call: CallContext,
          ) => MessageInitShape<Output> | Promise<MessageInitShape<Output>>
        : Desc extends DescMethodBiDiStreaming<infer Input, infer Output>
          ? (
              requests: AsyncIterableIterator<MessageShape<Input>>,
              call: CallContext,
            ) => Replies<MessageInitShape<Output>>
          : DescMethod extends Desc
            ? DynamicHandler
            : never;

/** Handles a method of a service that was loaded at run time: takes and gives what a method of its kind does. */
export type DynamicHandler = (
  request: DynamicMessage & AsyncIterableIterator<DynamicMessage>,
  call: CallContext,
) => unknown;

/** A stream of answers, usually from an async generator. */
export type Replies<Message> = AsyncIterable<Message> | Iterable<Message>;

/** A handler without its types. */
export type AnyHandler = (request: unknown, call: CallContext) => unknown;
