/** The process of one peer: encodes or decodes one fixture over and over. */
import { answerParent } from "../rpc/answer.js";
import { fixtureOf, VARIANT_COUNT } from "./fixtures.js";
import type { Codec } from "./peers/peer.js";
import { loadPeer } from "./peers/registry.js";
import { perSecond } from "./per-second.js";
import type { CodecQuestions } from "./questions.js";
import { checkSameBytes } from "./same-bytes.js";
import type { Direction } from "./scenarios.js";

let work: Work | undefined;

answerParent<CodecQuestions>({
  async prepare({ peer, fixture: name, direction }) {
    const fixture = fixtureOf(name);
    const codec = (await loadPeer(peer)).codecOf(fixture);
    const messages = Array.from({ length: VARIANT_COUNT }, (_, variant) =>
      codec.create(fixture.init(variant)),
    );
    work = workOf(codec, messages, direction);
    return {};
  },

  async round({ windowMs }) {
    const { repeat, check } = work!;
    globalThis.gc!();
    const value = perSecond(repeat, windowMs, processorMs);
    check();
    return { perSecond: value };
  },
});

/** The time that this process has had a core, milliseconds: all its threads, so garbage collection and compiling too. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

interface Work {
  /** Does it so many times, with one variant after the other. */
  repeat(count: number): void;
  /** Throws if what came out last is wrong. */
  check(): void;
}

/** What comes out is kept until the next does, so that the engine cannot leave the work out. */
function workOf(codec: Codec, messages: readonly object[], direction: Direction): Work {
  // Plain arrays with a memory of their own, whatever the peer's encoder gives.
  const encoded = messages.map((message) => new Uint8Array(codec.encode(message)));
  const last = VARIANT_COUNT - 1;
  let next = 0;
  if (direction === "encode") {
    let bytes: Uint8Array = encoded[last]!;
    return {
      repeat(count) {
        for (let done = 0; done < count; done++) bytes = codec.encode(messages[next++ & last]!);
      },
      check: () => checkSameBytes(bytes, encoded[(next - 1) & last]!),
    };
  }
  let message = messages[last]!;
  return {
    repeat(count) {
      for (let done = 0; done < count; done++) message = codec.decode(encoded[next++ & last]!);
    },
    check: () => checkSameBytes(codec.encode(message), encoded[(next - 1) & last]!),
  };
}
