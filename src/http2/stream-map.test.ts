// biome-ignore-all lint/complexity/useLiteralKeys: TypeScript lets only this form reach private members
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReceiveWindow } from "./flow-control.js";
import { Stream, type StreamHandler } from "./stream.js";
import { StreamMap } from "./stream-map.js";

const HANDLER = {} as StreamHandler;

function streamOf(id: number): Stream {
  const stream = new Stream(HANDLER, new ReceiveWindow(1));
  stream.id = id;
  return stream;
}

describe("a stream map", () => {
  it("behaves as a Map does, whatever comes and goes", () => {
    const step = fc.record({ id: fc.nat(300).map((n) => 2 * n + 1), add: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
        const map = new StreamMap();
        const model = new Map<number, Stream>();
        for (const { id, add } of steps) {
          const known = model.get(id);
          if (add && known === undefined) {
            const stream = streamOf(id);
            map.add(stream);
            model.set(id, stream);
          } else if (known !== undefined) {
            expect(map.delete(known)).toBe(true);
            expect(map.delete(known)).toBe(false);
            model.delete(id);
          }
          expect(map.size).toBe(model.size);
          expect(map.get(id)).toBe(model.get(id));
        }
        for (const [id, stream] of model) expect(map.get(id)).toBe(stream);
        expect(new Set(map.all())).toEqual(new Set(model.values()));
      }),
    );
  });

  it("finds an old stream among the newest ones", () => {
    const map = new StreamMap();
    const first = streamOf(1);
    map.add(first);
    for (let id = 3; id < 5000; id += 2) {
      const stream = streamOf(id);
      map.add(stream);
      expect(map.get(id)).toBe(stream);
      expect(map.delete(stream)).toBe(true);
    }
    expect(map.get(1)).toBe(first);
    expect(map.get(3)).toBeUndefined();
    expect(map.size).toBe(1);
  });

  it("keeps searches short, whether streams that stay open stand in a row or were chosen to collide", () => {
    const inARow = Array.from({ length: 8000 }, (_, i) => 2 * i + 1);
    expect(longestSearch(inARow)).toBeLessThan(10);
    const probe = mapOf(inARow);
    const colliding: number[] = [];
    for (let id = 1; colliding.length < 4000; id += 2) if (probe["home"](id) === 7) colliding.push(id);
    expect(longestSearch(colliding)).toBeLessThan(300);
  });
});

function mapOf(ids: readonly number[]): StreamMap {
  const map = new StreamMap();
  for (const id of ids) map.add(streamOf(id));
  return map;
}

/** Places that a search for one of the streams, or for an id that is not there, looks at. */
function longestSearch(ids: readonly number[]): number {
  const slots = mapOf(ids)["slots"];
  let longest = 0;
  let run = 0;
  for (const slot of [...slots, ...slots]) {
    run = slot === undefined ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
