import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Store } from "./store.js";
import { decode, encode, interleave, PROGRAM_KEYS, put, restored, scan } from "./store.test.util.js";
import type { ScanOptions } from "./store-reading.js";

describe("a store", () => {
  it("has what was put, and not what was deleted", () => {
    const store = new Store();
    put(store, ["a", "1"], ["b", "2"]);
    const transaction = store.begin();
    transaction.delete("a");
    transaction.delete("never there");
    store.apply(transaction.changes());
    expect(scan(store)).toEqual(["b=2"]);
    expect(store.size).toBe(1);
  });

  it.each<[ScanOptions, string]>([
    [{}, "a aa ab b c"],
    [{ reverse: true }, "c b ab aa a"],
    [{ from: "aa", to: "b" }, "aa ab"],
    [{ from: "aa", to: "b", reverse: true }, "ab aa"],
    [{ from: "aaa", to: "bb" }, "ab b"],
    [{ prefix: "a" }, "a aa ab"],
    [{ prefix: "a", reverse: true }, "ab aa a"],
    [{ prefix: "a", from: "aa" }, "aa ab"],
    [{ prefix: "a", to: "ab" }, "a aa"],
    [{ prefix: "a", from: "b" }, ""],
    [{ prefix: "a\uffff" }, ""],
    [{ prefix: "\uffff" }, ""],
    [{ prefix: "" }, "a aa ab b c"],
    [{ limit: 2 }, "a aa"],
    [{ limit: 2, reverse: true }, "c b"],
    [{ limit: 0 }, ""],
    [{ from: "c", to: "a" }, ""],
  ])("scans %j", (options, keys) => {
    const store = new Store();
    put(store, ["b", ""], ["a", ""], ["ab", ""], ["c", ""], ["aa", ""]);
    expect([...store.begin().scan(options)].map(([key]) => key).join(" ")).toBe(keys);
  });

  it("has keys of any well-formed text, in the order of their UTF-16 code units", () => {
    const store = new Store();
    const keys = ["", "\0", "z", "ä", "\ud83d\ude00", "\ufb00", "\uffff"];
    put(store, ...[...keys].reverse().map((key): [string, string] => [key, key]));
    expect(restored(store.snapshot())).toEqual(keys.map((key) => `${key}=${key}`));
    expect(() => store.begin().put("\ud83d", encode(""))).toThrow(TypeError);
    expect(() => store.begin().delete("\ude00")).toThrow(TypeError);
  });

  it.each([
    ["arrays", encode],
    ["Buffers, whose slices are views", (text: string) => Buffer.from(text)],
  ])("keeps what it was given, whatever becomes of the %s", (_, made) => {
    const store = new Store();
    const value = made("1");
    const transaction = store.begin();
    transaction.put("a", value);
    value.fill(0);
    transaction.get("a")!.fill(0);
    for (const [, each] of transaction.scan()) each.fill(0);
    const changes = transaction.changes();
    store.apply(changes);
    changes.fill(0);
    store.begin().get("a")!.fill(0);
    for (const [, each] of store.begin().scan()) each.fill(0);
    expect(scan(store)).toEqual(["a=1"]);
  });

  it.each([["abc"], [[1, 2]], [new ArrayBuffer(3)], [new Uint16Array(2)], [undefined]])(
    "keeps bytes only, and not %o",
    (value) => {
      expect(() => new Store().begin().put("a", value as never)).toThrow(
        new TypeError("the value of a key is a Uint8Array"),
      );
    },
  );

  it("refuses what are no changes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          new Store().apply(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
    );
    const transaction = new Store().begin();
    transaction.put("key", encode("value"));
    const changes = transaction.changes();
    for (let end = 1; end < changes.length; end++)
      expect(() => new Store().apply(changes.subarray(0, end))).toThrow(TypeError);
    expect(() => new Store().apply(new Uint8Array(6).fill(0xff))).toThrow(TypeError);
  });
});

/** Few keys, so that they meet, and some in between so that blocks are split. */
const key = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map((n) => `k${n}`),
  fc.integer({ min: 0, max: 2000 }).map((n) => `k${n}`),
);
const change = fc.oneof(
  fc.record({ key, value: fc.string({ maxLength: 3 }) }),
  fc.record({ key, value: fc.constant(undefined) }),
);
/** Many at once, so that blocks become full and empty. */
const bulk = fc.record({
  from: fc.nat(2000),
  count: fc.integer({ min: 1, max: 600 }),
  isDeleting: fc.boolean(),
});

describe("whatever happens", () => {
  it("a store is a map in order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(change, bulk), { maxLength: 30 }),
        fc.option(key),
        fc.option(key),
        fc.boolean(),
        (steps, from, to, reverse) => {
          const store = new Store();
          const model = new Map<string, string>();
          for (const step of steps) {
            const transaction = store.begin();
            const changes =
              "key" in step
                ? [step]
                : Array.from({ length: step.count }, (_, i) => ({
                    key: `k${step.from + i}`,
                    value: step.isDeleting ? undefined : `${i}`,
                  }));
            for (const { key, value } of changes) {
              if (value === undefined) transaction.delete(key);
              else transaction.put(key, encode(value));
              if (value === undefined) model.delete(key);
              else model.set(key, value);
            }
            store.apply(transaction.changes());
          }
          const sorted = [...model]
            .filter(([key]) => (from === null || key >= from) && (to === null || key < to))
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, value]) => `${key}=${value}`);
          if (reverse) sorted.reverse();
          expect(scan(store, { from: from ?? undefined, to: to ?? undefined, reverse })).toEqual(sorted);
          expect(store.size).toBe(model.size);
          for (const [key, value] of model) expect(decode(store.get(key)!.value)).toBe(value);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("a snapshot shows what was there when it was taken", () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 60 }),
        fc.array(fc.record({ changes: fc.array(change, { maxLength: 8 }), pulls: fc.nat(2) }), {
          maxLength: 20,
        }),
        (before, steps) => {
          const store = new Store();
          // Values of some size, so that a record has few of them.
          const make = (changes: typeof before) => {
            const transaction = store.begin();
            for (const { key, value } of changes) {
              if (value === undefined) transaction.delete(key);
              else transaction.put(key, encode(value.padEnd(2000, ".")));
            }
            store.apply(transaction.changes());
          };
          make(before);
          const expected = scan(store);
          const snapshot = store.snapshot();
          const copy = new Store();
          for (const { changes, pulls } of steps) {
            make(changes);
            for (let i = 0; i < pulls; i++) {
              const { done, value } = snapshot.next();
              if (done !== true) copy.restore(value);
            }
          }
          for (const record of snapshot) copy.restore(record);
          expect(scan(copy)).toEqual(expected);
        },
      ),
    );
  });

  it("snapshots that were ended cost nothing any more", () => {
    const store = new Store();
    put(store, ["a", "1"]);
    const ended = store.snapshot();
    ended.return?.();
    expect(ended.next().done).toBe(true);
    const { snapshots } = store as unknown as { snapshots: Set<unknown> };
    expect(snapshots.size).toBe(0);
    expect(restored(store.snapshot())).toEqual(["a=1"]);
    expect(snapshots.size).toBe(0);
  });
});

describe("a transaction", () => {
  it("sees its own writes and the store's", () => {
    const store = new Store();
    put(store, ["a", "1"], ["b", "1"], ["c", "1"]);
    const transaction = store.begin();
    transaction.put("b", encode("2"));
    transaction.delete("c");
    transaction.put("d", encode("2"));
    expect([...transaction.scan()].map(([key, value]) => key + decode(value))).toEqual(["a1", "b2", "d2"]);
    expect([...transaction.scan({ reverse: true })].map(([key]) => key)).toEqual(["d", "b", "a"]);
    expect(decode(transaction.get("b")!)).toBe("2");
    expect(transaction.get("c")).toBeUndefined();
    expect(scan(store)).toEqual(["a=1", "b=1", "c=1"]);
  });

  it("sees writes that are made while it scans", () => {
    const store = new Store();
    put(store, ["a", "1"], ["c", "1"]);
    const transaction = store.begin();
    const seen: string[] = [];
    for (const [key] of transaction.scan()) {
      seen.push(key);
      if (key === "a") transaction.put("b", encode("1"));
      if (key === "b") transaction.delete("c");
    }
    expect(seen).toEqual(["a", "b"]);
  });

  type Read = (transaction: ReturnType<Store["begin"]>) => unknown;
  const all: Read = (transaction) => [...transaction.scan()];
  const first: Read = (transaction) => [...transaction.scan({ limit: 1 })];
  const last: Read = (transaction) => [...transaction.scan({ limit: 1, reverse: true })];
  it.each<[what: string, Read, change: [string, string | undefined], isValid: boolean]>([
    ["a key that changes", (t) => t.get("b"), ["b", "2"], false],
    ["a key that is deleted", (t) => t.get("b"), ["b", undefined], false],
    ["a key that comes", (t) => t.get("x"), ["x", "1"], false],
    ["another key", (t) => t.get("b"), ["c", "2"], true],
    ["a key that is written with the same value", (t) => t.get("b"), ["b", "1"], false],
    ["all, and one comes", all, ["x", "1"], false],
    ["all, and one goes", all, ["d", undefined], false],
    ["all, and one changes", all, ["d", "2"], false],
    ["the first, and the second changes", first, ["c", "2"], true],
    ["the first, and one comes before", first, ["a", "1"], false],
    ["the first, and it goes", first, ["b", undefined], false],
    ["the last, and one comes behind", last, ["e", "1"], false],
    ["the last, and one comes before", last, ["cc", "1"], true],
    ["the last, and it changes", last, ["d", "2"], false],
    ["a range, and one comes behind it", (t) => [...t.scan({ from: "b", to: "d" })], ["d", "2"], true],
    ["a range, and one comes at its end", (t) => [...t.scan({ from: "b", to: "d" })], ["cc", "2"], false],
    ["an empty range, and one comes", (t) => [...t.scan({ prefix: "x" })], ["x1", "1"], false],
    ["nothing", () => {}, ["b", "2"], true],
    ["a scan that was never begun", (t) => t.scan(), ["b", "2"], true],
  ])("that has read %s", (_, read, [key, value], isValid) => {
    const store = new Store();
    put(store, ["b", "1"], ["c", "1"], ["d", "1"]);
    const transaction = store.begin();
    read(transaction);
    expect(transaction.isValid()).toBe(true);
    const other = store.begin();
    if (value === undefined) other.delete(key);
    else other.put(key, encode(value));
    store.apply(other.changes());
    expect(transaction.isValid()).toBe(isValid);
  });

  it("is not valid after changes behind its back in the middle of a scan", () => {
    const store = new Store();
    put(store, ["a", "1"], ["b", "1"], ["c", "1"]);
    const transaction = store.begin();
    for (const [key] of transaction.scan()) if (key === "b") put(store, ["a", "2"]);
    expect(transaction.isValid()).toBe(false);
    const ahead = store.begin();
    for (const [key] of ahead.scan()) if (key === "a") put(store, ["c", "2"]);
    expect(ahead.isValid()).toBe(true);
  });

  it("is serializable: what is committed is what some order of them, one at a time, does", () => {
    const program = fc.record({
      reads: fc.uniqueArray(fc.constantFrom(...PROGRAM_KEYS), { maxLength: 3 }),
      scans: fc.boolean(),
      writes: fc.constantFrom(...PROGRAM_KEYS),
      deletes: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(program, { minLength: 2, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (programs, choices) => {
          const pick = (count: number) => choices.next().value % count;
          const { committed, together, alone, snapshot, before } = interleave(programs, pick);
          expect(together).toEqual(alone);
          expect(committed).toBeGreaterThan(0);
          expect(snapshot).toEqual(before);
        },
      ),
    );
  });
});
