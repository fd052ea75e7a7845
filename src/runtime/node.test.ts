import { expect, test } from "vitest";
import { nodeRuntime } from "./node.js";
import { PipeRecorder, turns } from "./pipe-recorder.test.util.js";
import type { AcceptedPipe, Address } from "./runtime.js";

const runtime = nodeRuntime();
const LOOPBACK: Address = { kind: "tcp", host: "127.0.0.1", port: 0 };

/** How many things of each kind keep the process alive. */
function activeResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

test("now is monotonic and has fractions", () => {
  const times = Array.from({ length: 1000 }, () => runtime.now());
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.some((time) => !Number.isInteger(time))).toBe(true);
});

test.each([0, 0.3, 1, 4.9, 12.5])("a timer of %d ms never fires early", async (delayMs) => {
  const start = runtime.now();
  const end = await new Promise<number>((resolve) => runtime.setTimer(() => resolve(runtime.now()), delayMs));
  expect(end - start).toBeGreaterThanOrEqual(delayMs);
});

test("a timer of the longest delay does not fire at once", async () => {
  let isFired = false;
  const timer = runtime.setTimer(
    () => {
      isFired = true;
    },
    2 ** 31 - 1,
  );
  await new Promise<void>((resolve) => runtime.setTimer(resolve, 5));
  expect(isFired).toBe(false);
  timer.cancel();
});

test("a timer does not keep the process alive", () => {
  const before = activeResources();
  const timer = runtime.setTimer(() => {}, 60_000);
  expect(activeResources()).toEqual(before);
  timer.cancel();
});

test("a cancelled timer does not fire, and may be cancelled again", async () => {
  const fired: string[] = [];
  const timer = runtime.setTimer(() => fired.push("cancelled"), 1);
  timer.cancel();
  timer.cancel();
  const later = await new Promise<{ cancel(): void }>((resolve) => {
    const second = runtime.setTimer(() => resolve(second), 5);
  });
  later.cancel();
  expect(fired).toEqual([]);
});

test("afterTurn comes after the microtasks, and from inside a callback in a later turn", async () => {
  const calls: string[] = [];
  await new Promise<void>((resolve) => {
    runtime.afterTurn(() => {
      calls.push("first");
      runtime.afterTurn(() => {
        calls.push("later turn");
        resolve();
      });
    });
    runtime.afterTurn(() => calls.push("second"));
    Promise.resolve()
      .then(() => calls.push("microtask"))
      .then(() => calls.push("its microtask"));
  });
  expect(calls).toEqual(["microtask", "its microtask", "first", "second", "later turn"]);
});

test("random is in [0, 1)", () => {
  const numbers = Array.from({ length: 100 }, () => runtime.random());
  expect(numbers.every((n) => n >= 0 && n < 1)).toBe(true);
  expect(new Set(numbers).size).toBeGreaterThan(1);
});

test.each(["127.0.0.1", "::1", "fe80::1%lo", "192.0.2.7"])("the IP address %s is its own", async (host) => {
  expect(await runtime.lookup(host)).toEqual([host]);
});

test("localhost is looked up", async () => {
  const addresses = await runtime.lookup("localhost");
  expect(addresses.length).toBeGreaterThan(0);
  for (const address of addresses) expect(address).toMatch(/^(127\.0\.0\.1|::1)$/);
});

test("the empty host name is not found", async () => {
  await expect(runtime.lookup("")).rejects.toMatchObject({
    name: "PipeError",
    code: "ENOTFOUND",
    message: 'host name "" was not found (ENOTFOUND)',
  });
});

test("an unknown host name is not found, or cannot be looked up without a name server", async () => {
  const looking = runtime.lookup("no-such-host.invalid");
  await expect(looking).rejects.toMatchObject({
    name: "PipeError",
    code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
    message: expect.stringContaining('host name "no-such-host.invalid" '),
    cause: expect.objectContaining({ syscall: "getaddrinfo" }),
  });
});

test("nothing is left over, however a pipe came to its end", async () => {
  await turns(3);
  const before = activeResources();
  const accepted: AcceptedPipe[] = [];
  const listener = await runtime.listen(LOOPBACK, (pipe) => accepted.push(pipe));
  expect(activeResources().TCPServerWrap).toBe((before.TCPServerWrap ?? 0) + 1);

  const ends = Array.from({ length: 4 }, () => {
    const events = new PipeRecorder();
    return { events, pipe: runtime.connect(listener.address, events) };
  });
  while (accepted.length < ends.length) await turns(1);
  const [destroyed, ended, reset, unstarted] = ends;
  await Promise.all(ends.map(({ events }) => events.until((e) => e.has("open"))));

  const farEvents = new PipeRecorder();
  const far = accepted.find((pipe) => isPeerOf(pipe, ended.pipe))!;
  far.start(farEvents);
  ended.pipe.end();
  await farEvents.until((e) => e.has("end"));
  far.end();
  await Promise.all([ended.events.untilClosed(), farEvents.untilClosed()]);

  destroyed.pipe.destroy();
  for (const pipe of accepted) if (isPeerOf(pipe, reset.pipe)) pipe.destroy();
  reset.pipe.destroy();
  unstarted.pipe.destroy();
  for (const pipe of accepted) pipe.destroy();
  await Promise.all(ends.map(({ events }) => events.untilClosed()));
  await listener.close();
  await expect.poll(activeResources, { interval: 1 }).toEqual(before);
});

function isPeerOf(accepted: AcceptedPipe, connected: { localAddress: Address | undefined }): boolean {
  return JSON.stringify(accepted.remoteAddress) === JSON.stringify(connected.localAddress);
}
