import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type BidiStream,
  type CallContext,
  Channel,
  type ClientStream,
  type Handlers,
  type JournaledCall,
  journaled,
  type RedoCall,
  RpcError,
  redo,
  Server,
  Status,
  stub,
} from "@redoubt/rpc";
import { Echo, type Message, type MessageSchema } from "../gen/echo_pb.js";

// Checked by the compiler, never run: stubs and handlers need no casts, and what is wrong does not compile.

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_Claim extends true>(): void {}

export async function stubs(): Promise<void> {
  const echo = stub(Echo, new Channel("unix:/run/x"));

  const unary = echo.unary({ text: "x", nested: { tags: ["y"] } }, { timeoutMs: 5 });
  holds<Same<typeof unary, Promise<Message>>>();
  const { text } = await unary;
  holds<Same<typeof text, string>>();

  const collected = echo.collect([{ text: "x" }]);
  holds<Same<typeof collected, Promise<Message>>>();
  const upload = echo.collect({ timeoutMs: 5 });
  holds<Same<typeof upload, ClientStream<MessageInitShape<typeof MessageSchema>, Message>>>();
  await upload.send({ text: "x" });

  const expanded = echo.expand({ repeatCount: 2 });
  holds<Same<typeof expanded, AsyncIterableIterator<Message>>>();
  for await (const message of expanded) holds<Same<typeof message, Message>>();

  const chat = echo.chat();
  holds<Same<typeof chat, BidiStream<MessageInitShape<typeof MessageSchema>, Message>>>();
  for await (const message of echo.chat([{ text: "x" }])) holds<Same<typeof message, Message>>();

  // @ts-expect-error a field of the wrong type
  await echo.unary({ text: 5 });
  // @ts-expect-error no such field
  await echo.unary({ txt: "x" });
  // @ts-expect-error no such method
  await echo.binary({});
  // @ts-expect-error no such option
  await echo.unary({}, { timeout: 5 });
  // @ts-expect-error a unary call has no stream
  for await (const _ of echo.unary({}));
}

export function guardedHandlers(): void {
  const server = new Server();
  const unary = redo({ conflictKey: ({ text }: Message) => text }, async (request, call) => {
    holds<Same<typeof request, Message>>();
    holds<Same<typeof call, RedoCall>>();
    await call.note(new Uint8Array());
    return { text: request.text };
  });
  server.add(Echo, { unary }, { partial: true });
  server.add(
    Echo,
    {
      unary: redo({ conflictKey: ({ text }) => text }, (request, call) => {
        holds<Same<typeof request, Message>>();
        holds<Same<typeof call, RedoCall>>();
        if (request.text === "") call.refuse(Status.INVALID_ARGUMENT, "empty");
        return { text: request.text };
      }),
    },
    { partial: true },
  );
  server.add(
    Echo,
    {
      unary: journaled(async ({ text }, call) => {
        holds<Same<typeof text, string>>();
        holds<Same<typeof call, JournaledCall>>();
        for (const [key, value] of call.state.scan({ prefix: "x" })) call.state.put(key, value);
        return { text };
      }),
    },
    { partial: true },
  );
  class Service implements Pick<Handlers<typeof Echo>, "unary"> {
    readonly unary = journaled(({ text }: Message) => ({ text }));
  }
  server.add(Echo, new Service(), { partial: true });

  let handler: Handlers<typeof Echo>["unary"];
  // @ts-expect-error a key that is no text
  handler = redo({ conflictKey: ({ repeatCount }) => repeatCount }, () => ({}));
  // @ts-expect-error an answer with a field of the wrong type
  handler = redo({ conflictKey: () => "" }, () => ({ text: 5 }));
  // @ts-expect-error an answer with a field of the wrong type
  handler = journaled(() => ({ text: 5 }));
  server.add(Echo, { unary: handler }, { partial: true });
  // @ts-expect-error a stream
  const stream: Handlers<typeof Echo>["expand"] = journaled(() => ({ text: "x" }));
  server.add(Echo, { expand: stream }, { partial: true });
}

export function handlers(): void {
  const server = new Server();
  server.add(Echo, {
    unary: (request, call) => {
      holds<Same<typeof request, Message>>();
      holds<Same<typeof call, CallContext>>();
      return { text: request.text };
    },
    async collect(requests) {
      for await (const request of requests) holds<Same<typeof request, Message>>();
      return {};
    },
    async *expand({ repeatCount }) {
      for (let index = 0; index < repeatCount; index++) yield { index };
    },
    async *chat(requests, call) {
      for await (const { text } of requests) if (!call.signal.aborted) yield { text };
    },
  });

  class Service implements Handlers<typeof Echo> {
    unary(request: Message) {
      return request;
    }
    collect(requests: AsyncIterableIterator<Message>, call: CallContext) {
      void requests;
      if (call.signal.aborted) throw new RpcError(Status.UNIMPLEMENTED, call.method.name);
      return Promise.resolve({ tags: [call.peer.address] });
    }
    expand() {
      return [{ text: "x" }];
    }
    chat(requests: AsyncIterable<Message>) {
      return requests;
    }
  }
  server.add(Echo, new Service());
  server.add(Echo, { unary: () => ({}) }, { partial: true });

  // @ts-expect-error methods are missing
  server.add(Echo, { unary: () => ({}) });
  // @ts-expect-error an answer of the wrong type
  server.add(Echo, { unary: () => ({ text: 5 }) }, { partial: true });
  // @ts-expect-error no answer at all
  server.add(Echo, { unary: () => {} }, { partial: true });
  // @ts-expect-error a stream of answers is no promise of one
  server.add(Echo, { expand: async () => ({}) }, { partial: true });
}

export function errors(error: unknown): string {
  if (!RpcError.is(error)) return "";
  switch (error.code) {
    case Status.NOT_FOUND:
      return error.message;
    // @ts-expect-error no such code
    case 99:
      return "";
    default:
      return error.outcome;
  }
}
