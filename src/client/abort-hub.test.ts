import { expect, test } from "vitest";
import { type Abortable, AbortHub } from "./abort-hub.js";

function abortable(): Abortable & { readonly signals: AbortSignal[] } {
  const signals: AbortSignal[] = [];
  return { signals, onAborted: (signal) => void signals.push(signal) };
}

test("tells all calls of a signal, and no others", () => {
  const hub = new AbortHub();
  const [mine, other] = [new AbortController(), new AbortController()];
  const calls = [abortable(), abortable(), abortable()];
  hub.watch(mine.signal, calls[0]);
  hub.watch(mine.signal, calls[1]);
  hub.watch(other.signal, calls[2]);
  mine.abort();
  expect(calls.map(({ signals }) => signals)).toEqual([[mine.signal], [mine.signal], []]);
});

test("forgets calls whose watch has ended", () => {
  const hub = new AbortHub();
  const controller = new AbortController();
  const calls = [abortable(), abortable(), abortable()];
  const watches = calls.map((call) => hub.watch(controller.signal, call));
  watches[1].end();
  watches[1].end();
  controller.abort();
  expect(calls.map(({ signals }) => signals.length)).toEqual([1, 0, 1]);
  for (const watch of watches) watch.end();
});

test("listens once to a signal, however many calls there are", () => {
  const hub = new AbortHub();
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, args);
  };
  for (let i = 0; i < 100; i++) {
    const watch = hub.watch(signal, abortable());
    if (i % 2 === 0) watch.end();
  }
  expect(listeners).toBe(1);
});

test("a call that is told may end its neighbour's watch", () => {
  const hub = new AbortHub();
  const controller = new AbortController();
  const neighbour = abortable();
  hub.watch(controller.signal, { onAborted: () => watch.end() });
  const watch = hub.watch(controller.signal, neighbour);
  controller.abort();
  expect(neighbour.signals).toEqual([]);
});
