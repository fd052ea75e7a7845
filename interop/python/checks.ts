import assert from "node:assert/strict";
import type { Caller, Request } from "./answer.js";

/** Long enough to outgrow HTTP/2's first window of 64 KiB several times. */
const MANY_ENTRIES = 3_000;
const LONG_REQUEST_PARTS = 500_000;
/** grpcio rounds the timeout that it sends up, to a hundredth of it at most. */
const TIMEOUT_ROUNDING_MS = 50;

/**
 * What must hold between any client and any server of the Directories service that has the debugging aids.
 * `base` is an empty directory on the server, for these checks alone.
 */
export const CHECKS: Readonly<Record<string, (caller: Caller, base: string) => Promise<void>>> = {
  "makes nested directories and lists them": async (caller, base) => {
    await expectOk(caller, { method: "MakeDirectory", path: `${base}/nested` });
    await expectOk(caller, { method: "MakeDirectory", path: `${base}/nested/b` });
    await expectOk(caller, { method: "MakeDirectory", path: `${base}/nested/a` });
    await expectEntries(caller, `${base}/nested`, ["a", "b"]);
    await expectEntries(caller, `${base}/nested/a`, []);
  },

  "carries non-ASCII paths and names": async (caller, base) => {
    await expectOk(caller, { method: "MakeDirectory", path: `${base}/größe` });
    await expectOk(caller, { method: "MakeDirectory", path: `${base}/größe/東京 🚀 100%` });
    await expectEntries(caller, `${base}/größe`, ["東京 🚀 100%"]);
  },

  "carries ALREADY_EXISTS with a non-ASCII message": async (caller, base) => {
    const request: Request = { method: "MakeDirectory", path: `${base}/schön 50% 🏔` };
    await expectOk(caller, request);
    await expectError(caller, request, "ALREADY_EXISTS");
  },

  "carries NOT_FOUND with a non-ASCII message": async (caller, base) => {
    await expectError(caller, { method: "ListDirectory", path: `${base}/見つからない` }, "NOT_FOUND");
    await expectError(caller, { method: "MakeDirectory", path: `${base}/fehlt/ß` }, "NOT_FOUND");
  },

  "ends a call at its deadline": async (caller, base) => {
    const { code, tookMs } = await caller.call({
      method: "ListDirectory",
      path: base,
      timeoutMs: 300,
      metadata: [["delay-ms", "5000"]],
    });
    assert.equal(code, "DEADLINE_EXCEEDED");
    assert.ok(tookMs >= 250 && tookMs < 2_500, `took ${tookMs} ms`);
  },

  "tells the server the deadline": async (caller, base) => {
    const { trailers } = await expectOk(caller, { method: "ListDirectory", path: base, timeoutMs: 5_000 });
    const remaining = Number(new Map(trailers).get("time-remaining-ms"));
    assert.ok(remaining > 2_500 && remaining <= 5_000 + TIMEOUT_ROUNDING_MS, `${remaining} ms remained`);
  },

  "tells the server of no deadline where there is none": async (caller, base) => {
    const { trailers } = await expectOk(caller, { method: "ListDirectory", path: base });
    assert.equal(new Map(trailers).get("time-remaining-ms"), undefined);
  },

  "carries text metadata, repeated keys in order": async (caller, base) => {
    await expectEchoed(caller, base, [
      ["echo-one", "a value, with: punctuation; and = signs"],
      ["echo-many", "first"],
      ["echo-many", "second"],
      ["echo-many", "first"],
      ["echo_odd.key-0", "x"],
      ["echo-long", "y".repeat(3_000)],
    ]);
  },

  "carries binary metadata, any bytes and lengths": async (caller, base) => {
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const pairs = [0, 1, 2, 3, 4, 256].map(
      (length) => ["echo-data-bin", everyByte.subarray(256 - length).toString("base64")] as const,
    );
    await expectEchoed(caller, base, [...pairs, ["echo-other-bin", "AAECAw=="]]);
  },

  "carries trailers beside an error": async (caller, base) => {
    const metadata = [
      ["echo-why", "because"],
      ["echo-why-bin", "/wD/"],
    ] as const;
    const request: Request = { method: "ListDirectory", path: `${base}/none`, metadata };
    const { trailers } = await expectError(caller, request, "NOT_FOUND");
    assert.deepEqual(echoed(trailers), metadata);
  },

  "carries a long reply": async (caller, base) => {
    const { entries } = await expectOk(caller, { method: "ListDirectory", path: `${base}/../many` });
    assert.deepEqual(
      entries,
      manyNames().map((name) => [name, true]),
    );
  },

  "carries a long request": async (caller, base) => {
    const path = `${"./".repeat(LONG_REQUEST_PARTS)}${base}/../many`;
    const { entries } = await expectOk(caller, { method: "ListDirectory", path });
    assert.equal(entries.length, MANY_ENTRIES);
  },

  "carries 200 calls on one connection": async (caller, base) => {
    for (let count = 0; count < 200; count++) {
      await expectEchoed(caller, `${base}/nested/a`, [["echo-count", String(count)]]);
    }
  },
};

/** What a server must have in its directory `many`, beside `base`. */
export function manyNames(): string[] {
  return Array.from({ length: MANY_ENTRIES }, (_, n) => `directory ${String(n).padStart(50, "0")}`);
}

async function expectOk(caller: Caller, request: Request) {
  const answer = await caller.call(request);
  assert.equal(answer.code, "OK", `${answer.code}: ${answer.message}`);
  return answer;
}

async function expectError(caller: Caller, request: Request, code: string) {
  const answer = await caller.call(request);
  assert.equal(answer.code, code, `${answer.code}: ${answer.message}`);
  assert.ok(answer.message.includes(request.path), `the message has no path: ${answer.message}`);
  return answer;
}

async function expectEntries(caller: Caller, path: string, names: readonly string[]): Promise<void> {
  const { entries } = await expectOk(caller, { method: "ListDirectory", path });
  assert.deepEqual(
    entries,
    names.map((name) => [name, true]),
  );
}

async function expectEchoed(
  caller: Caller,
  path: string,
  metadata: NonNullable<Request["metadata"]>,
): Promise<void> {
  const { trailers } = await expectOk(caller, { method: "ListDirectory", path, metadata });
  assert.deepEqual(echoed(trailers), byKey(metadata));
}

function echoed(trailers: NonNullable<Request["metadata"]>) {
  return byKey(trailers.filter(([key]) => key.startsWith("echo")));
}

/** gRPC keeps the order of the values of one key only. */
function byKey(pairs: NonNullable<Request["metadata"]>) {
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
