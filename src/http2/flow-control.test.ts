// biome-ignore-all lint/complexity/useLiteralKeys: TypeScript lets only this form reach private members
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ReceiveWindow } from "./flow-control.js";

describe("a receive window", () => {
  it("is what the peer may send, to the byte", () => {
    const window = new ReceiveWindow(100);
    expect(window.receive(60)).toBe(true);
    expect(window.receive(40)).toBe(true);
    expect(window.receive(0)).toBe(true);
    expect(window.receive(1)).toBe(false);
  });

  it("gives credit back in steps of half its target", () => {
    const window = new ReceiveWindow(100);
    window.receive(50);
    expect(window.consume(49)).toBe(0);
    expect(window.consume(1)).toBe(50);
    window.receive(30);
    expect(window.consume(30)).toBe(0);
  });

  it("gives back less at a time, down to a sixteenth, where the peer has no more than that", () => {
    const window = new ReceiveWindow(100);
    window.receive(95);
    expect(window.consume(6)).toBe(0);
    expect(window.consume(1)).toBe(7);
  });

  it("of one byte works", () => {
    const window = new ReceiveWindow(1);
    for (let i = 0; i < 3; i++) {
      expect(window.receive(1)).toBe(true);
      expect(window.consume(1)).toBe(1);
    }
  });

  it("that is enlarged allows the difference at once; it never shrinks", () => {
    const window = new ReceiveWindow(100);
    window.receive(100);
    expect(window.enlarge(150)).toBe(50);
    expect(window.enlarge(120)).toBe(0);
    expect(window.receive(50)).toBe(true);
    expect(window.receive(1)).toBe(false);
  });

  it("keeps its sum, and never leaves a peer without credit once all is consumed", () => {
    const step = fc.record({
      kind: fc.constantFrom("receive", "consume", "enlarge"),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.array(step), (target, steps) => {
        const window = new ReceiveWindow(target);
        let held = 0;
        let peer = target;
        for (const { kind, share } of steps) {
          if (kind === "receive") {
            const bytes = Math.floor(share * peer);
            expect(window.receive(bytes)).toBe(true);
            held += bytes;
            peer -= bytes;
          } else if (kind === "consume") {
            const bytes = Math.ceil(share * held);
            peer += window.consume(bytes);
            held -= bytes;
          } else {
            peer += window.enlarge(Math.floor(target * (1 + share)));
          }
          expect(window["credit"]).toBe(peer);
          expect(window["credit"] + held + window["owed"]).toBe(window.target);
          expect(peer).toBeLessThanOrEqual(window.target);
        }
        peer += window.consume(held);
        expect(peer).toBeGreaterThan(0);
        expect(peer * 2).toBeGreaterThanOrEqual(window.target);
      }),
    );
  });
});
