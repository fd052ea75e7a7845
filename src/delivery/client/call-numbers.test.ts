import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallNumbers } from "./call-numbers.js";

describe("a session's numbers", () => {
  test("are given in order, up to the window", () => {
    const numbers = new CallNumbers({ next: 5, window: 3 });
    expect([numbers.take(), numbers.take(), numbers.take(), numbers.take()]).toEqual([5, 6, 7, undefined]);
    expect(numbers.unanswered).toBe(3);
  });

  test("move the window only at its lower end", () => {
    const numbers = new CallNumbers({ next: 1, window: 2 });
    numbers.take();
    numbers.take();
    numbers.finish(2);
    expect([numbers.ack, numbers.take()]).toEqual([1, undefined]);
    numbers.finish(1);
    expect([numbers.ack, numbers.take(), numbers.take()]).toEqual([3, 3, 4]);
  });

  test("start with those that are unanswered from before", () => {
    const numbers = new CallNumbers({ next: 100, window: 8, unanswered: [3, 50, 97] });
    expect([numbers.ack, numbers.unanswered, numbers.take()]).toEqual([3, 3, undefined]);
    numbers.finish(50);
    numbers.finish(3);
    expect([numbers.ack, numbers.take()]).toEqual([97, 100]);
  });

  test.each([0, 4, 7])("%s cannot be done, being done or never begun", (number) => {
    const numbers = new CallNumbers({ next: 4, window: 8 });
    for (let i = 0; i < 3; i++) numbers.take();
    numbers.finish(4);
    expect(() => numbers.finish(number)).toThrow("done already, or was never begun");
  });

  test("are at most 65,536 at a time, whatever a home allows", () => {
    const numbers = new CallNumbers({ next: 1, window: 2 ** 32 - 1 });
    let given = 0;
    while (numbers.take() !== undefined) given++;
    expect(given).toBe(65_536);
  });

  test("tell the lowest unanswered number, whatever is done in which order", () => {
    const steps = fc.array(fc.oneof(fc.constant("take" as const), fc.nat()), { maxLength: 300 });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 1000 }),
        (todo, window, next) => {
          const numbers = new CallNumbers({ next, window });
          const open: number[] = [];
          let expectedNext = next;
          for (const step of todo) {
            const lowest = open.length === 0 ? expectedNext : Math.min(...open);
            if (step === "take") {
              const number = numbers.take();
              expect(number).toBe(expectedNext < lowest + window ? expectedNext : undefined);
              if (number !== undefined) open.push(expectedNext++);
            } else if (open.length > 0) numbers.finish(open.splice(step % open.length, 1)[0]!);
            expect(numbers.ack).toBe(open.length === 0 ? expectedNext : Math.min(...open));
            expect(numbers.unanswered).toBe(open.length);
            expect(numbers.next).toBe(expectedNext);
          }
        },
      ),
    );
  });
});
