import type { PingPong } from "./peer.js";

/** A PingPong stream over a client that gives its answers as an async iterable. */
export function iteratedPingPong(options: {
  readonly answers: AsyncIterable<{ body: Uint8Array }>;
  readonly send: (message: { body: Uint8Array }) => Promise<void> | void;
  readonly end: () => void;
}): PingPong {
  const { send, end } = options;
  const answers = options.answers[Symbol.asyncIterator]();
  return {
    async exchange(body) {
      await send({ body });
      const { done, value } = await answers.next();
      if (done) throw new Error("the server has ended the stream");
      return value.body;
    },
    async close() {
      end();
      const { done } = await answers.next();
      if (!done) throw new Error("an answer that nobody asked for");
    },
  };
}
