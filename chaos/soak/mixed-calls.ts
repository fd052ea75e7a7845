import { type CallOptions, RpcError, type Stub } from "@redoubt/rpc";
import type { Echo } from "../../interop/gen/echo_pb.js";

/** How often calls have ended in which way. */
export type Endings = Record<string, number>;

/** Makes calls of every kind, one after the other, until `until`; all are drawn from `random`. */
export async function callAtRandom(
  echo: Stub<typeof Echo>,
  random: () => number,
  until: () => boolean,
  endings: Endings,
): Promise<void> {
  while (!until()) {
    const kind = KINDS[Math.floor(random() * KINDS.length)];
    let ending = "OK";
    try {
      await kind(echo, random);
    } catch (error) {
      if (!RpcError.is(error)) throw error;
      ending = error.codeName;
    }
    const key = `${kind.name} ${ending}`;
    endings[key] = (endings[key] ?? 0) + 1;
  }
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type MadeCall = (echo: Stub<typeof Echo>, random: () => number) => Promise<void>;

/** Mostly small, sometimes more than a frame, rarely more than the first window. */
function body(random: () => number): Uint8Array {
  const die = random();
  return new Uint8Array(Math.floor(random() * (die < 0.9 ? 200 : die < 0.99 ? 40_000 : 200_000)));
}

async function unary(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  const sent = body(random);
  const received = await echo.unary({ body: sent }, { metadata: { key: `value ${random()}` } });
  same(received.body.length, sent.length);
}

async function unaryInTime(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  await echo.unary({ body: body(random) }, { timeoutMs: 60_000 });
}

async function unaryTooLate(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  await echo.unary({ tags: ["hold until cancelled"] }, { timeoutMs: 1 + random() * 20 });
}

async function unaryRefused(echo: Stub<typeof Echo>): Promise<void> {
  await echo.unary({ tags: ["fail"] });
}

async function unaryCrash(echo: Stub<typeof Echo>): Promise<void> {
  await echo.unary({ tags: ["crash"] });
}

async function unaryCancelled(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  await cancelled(random, (options) => echo.unary({ tags: ["hold until cancelled"] }, options));
}

async function expand(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  const repeatCount = Math.floor(random() * 20);
  let count = 0;
  for await (const { index } of echo.expand({ body: body(random), repeatCount })) same(index, count++);
  same(count, repeatCount);
}

async function expandLeft(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  let left = Math.floor(random() * 5);
  for await (const _ of echo.expand({ body: body(random), repeatCount: 50 })) if (left-- === 0) break;
}

async function expandCancelled(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  await cancelled(random, async (options) => {
    for await (const _ of echo.expand({ tags: ["hold until cancelled"], repeatCount: 3 }, options));
  });
}

async function collect(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  const bodies = Array.from({ length: Math.floor(random() * 10) }, () => body(random));
  const { counters } = await echo.collect(bodies.map((one) => ({ body: one })));
  same(
    Number(counters.bytes),
    bodies.reduce((sum, one) => sum + one.length, 0),
  );
}

async function collectRefused(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  await echo.collect(Array.from({ length: 10 }, () => ({ body: body(random), tags: ["fail"] })));
}

async function chat(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  const talk = echo.chat();
  const count = Math.floor(random() * 10);
  for (let i = 0; i < count; i++) {
    await talk.send({ index: i, body: body(random) });
    same((await talk.next()).value?.index, i);
  }
  talk.end();
  same((await talk.next()).done, true);
}

async function chatCancelled(echo: Stub<typeof Echo>, random: () => number): Promise<void> {
  const talk = echo.chat();
  await talk.send({ body: body(random) });
  if (random() < 0.5) await talk.next();
  talk.cancel();
  for await (const _ of talk);
}

const KINDS: readonly MadeCall[] = [
  unary,
  unary,
  unaryInTime,
  unaryTooLate,
  unaryRefused,
  unaryCrash,
  unaryCancelled,
  expand,
  expandLeft,
  expandCancelled,
  collect,
  collectRefused,
  chat,
  chatCancelled,
];

async function cancelled(
  random: () => number,
  make: (options: CallOptions) => Promise<unknown>,
): Promise<void> {
  const controller = new AbortController();
  const call = make({ signal: controller.signal });
  if (random() < 0.2) controller.abort();
  else setTimeout(() => controller.abort(), random() * 5);
  await call;
}

function same(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`got ${actual} where ${expected} was due`);
}
