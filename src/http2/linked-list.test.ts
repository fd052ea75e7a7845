import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Linked, LinkedList } from "./linked-list.js";

class Item implements Linked<Item> {
  list: LinkedList<Item> | undefined = undefined;
  previous: Item | undefined = undefined;
  next: Item | undefined = undefined;
}

describe("a linked list", () => {
  it("behaves as an array does, whatever is pushed, shifted and removed", () => {
    const step = fc.record({ kind: fc.constantFrom("push", "push", "shift", "remove"), pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const list = new LinkedList<Item>();
        const model: Item[] = [];
        for (const { kind, pick } of steps) {
          if (kind === "push") {
            const item = new Item();
            list.push(item);
            model.push(item);
          } else if (kind === "shift") {
            expect(list.shift()).toBe(model.shift());
          } else if (model.length > 0) {
            const [item] = model.splice(pick % model.length, 1);
            list.remove(item);
            expect([item.list, item.next, item.previous]).toEqual([undefined, undefined, undefined]);
          }
          expect(list.length).toBe(model.length);
          expect(list.empty).toBe(model.length === 0);
          for (const item of model) expect(item.list).toBe(list);
        }
        for (const item of model) expect(list.shift()).toBe(item);
        expect(list.shift()).toBeUndefined();
      }),
    );
  });
});
