import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Pair } from "../memory/pair.js";
import { Program } from "../process/program.js";
import type { AloneProgram } from "../programs/alone.js";
import { scaled } from "../scale.js";
import type { EndlessCall } from "./endless.js";

/**
 * Ordinary calls beside an endless one, one after the other. Their answers queue behind what the endless one has
 * under way, which is a window full of tiny messages.
 */
const OTHERS = scaled(3, 30);

const CASES: readonly EndlessCall[] = (["download", "unread", "upload"] as const).flatMap((kind) =>
  scaled([""], ["", "a message with some text"]).flatMap((text) =>
    (["cancel", "deadline"] as const).map((ending) => ({ kind, text, ending })),
  ),
);

const NAME = "$kind of messages with text '$text', ended by $ending";

function expected(call: EndlessCall) {
  return { ending: call.ending === "cancel" ? "CANCELLED" : "DEADLINE_EXCEEDED", answered: OTHERS };
}

/** A side that makes messages for ever without awaiting can be cancelled, meets its deadline, and starves nobody. */
describe("an endless stream between two processes", () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await Pair.start();
    await pair.client.tell("connect", { target: await pair.server.tell("listen", {}), count: 1 });
  });
  afterAll(() => pair[Symbol.asyncDispose]());

  it.each(CASES)(NAME, async (call) => {
    expect(await pair.client.tell("callBeside", { call, others: OTHERS })).toEqual(expected(call));
    await pair.server.tell("handlersReturned");
  });
});

describe("an endless stream within one process", () => {
  it.each(CASES)(NAME, async (call) => {
    await using alone = await Program.start<AloneProgram>("alone");
    expect(await alone.tell("callBeside", { call, others: OTHERS })).toEqual(expected(call));
    await alone.tell("handlersReturned");
  });
});
