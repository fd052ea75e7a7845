import { describe, expect, test } from "vitest";
import { type ServingStatus, ServingStatuses } from "./serving-statuses.js";

/** A watch of service `a`, with what it has seen so far. */
function watched(statuses: ServingStatuses) {
  const controller = new AbortController();
  const watch = statuses.watch("a", controller.signal);
  return { watch, cancel: () => controller.abort() };
}

describe("a watch", () => {
  test("tells the present status and each change", async () => {
    const statuses = new ServingStatuses();
    const { watch } = watched(statuses);
    expect(await watch.next()).toEqual({ done: false, value: undefined });
    for (const status of ["SERVING", "NOT_SERVING", "UNKNOWN", undefined] as const) {
      const next = watch.next();
      statuses.set("a", status);
      expect(await next).toEqual({ done: false, value: status });
    }
  });

  test("hears nothing of other services, nor of what stays as it is", async () => {
    const statuses = new ServingStatuses();
    statuses.set("a", "SERVING");
    const { watch } = watched(statuses);
    await watch.next();
    const next = watch.next();
    statuses.set("b", "NOT_SERVING");
    statuses.set("a", "SERVING");
    statuses.set("a", "UNKNOWN");
    expect((await next).value).toBe("UNKNOWN");
  });

  test("that is slow gets the latest status only", async () => {
    const statuses = new ServingStatuses();
    const { watch } = watched(statuses);
    await watch.next();
    const changes: ServingStatus[] = ["SERVING", "NOT_SERVING", "UNKNOWN", "SERVING"];
    for (const status of changes) statuses.set("a", status);
    expect((await watch.next()).value).toBe("SERVING");
    const next = watch.next();
    statuses.set("a", "UNKNOWN");
    expect((await next).value).toBe("UNKNOWN");
  });

  test("ends when it is cancelled, waiting or not, and leaves nothing behind", async () => {
    const statuses = new ServingStatuses();
    const one = watched(statuses);
    const two = watched(statuses);
    for (const { watch } of [one, two]) await watch.next();
    expect(statuses.watching).toBe(2);
    const next = one.watch.next();
    one.cancel();
    expect((await next).done).toBe(true);
    two.cancel();
    expect((await two.watch.next()).done).toBe(true);
    expect(statuses.watching).toBe(0);
  });

  test("sees NOT_SERVING at the end, and then ends", async () => {
    const statuses = new ServingStatuses();
    statuses.set("a", "SERVING");
    const { watch } = watched(statuses);
    await watch.next();
    statuses.close();
    expect((await watch.next()).value).toBe("NOT_SERVING");
    expect((await watch.next()).done).toBe(true);
  });

  test("of a service that nothing is told of ends at the end, too", async () => {
    const statuses = new ServingStatuses();
    const { watch } = watched(statuses);
    await watch.next();
    const next = watch.next();
    statuses.close();
    expect((await next).done).toBe(true);
  });
});

test("nothing changes any more after the end", () => {
  const statuses = new ServingStatuses();
  statuses.set("a", "SERVING");
  statuses.close();
  statuses.set("a", "SERVING");
  statuses.set("b", "SERVING");
  expect([...statuses.entries]).toEqual([["a", "NOT_SERVING"]]);
});
