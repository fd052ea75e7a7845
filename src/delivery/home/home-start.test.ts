import { describe, expect, it } from "vitest";
import { loadInterface } from "../../idl/load.js";
import { Store } from "../../journal/store.js";
import { methodFrom } from "../../rpc/method.js";
import { ManualRuntime } from "../../runtime/manual-runtime.test.util.js";
import type { AnyHandler } from "../../server/handlers.js";
import { Home } from "./home.js";
import { HandClient, HomeBench, serviceText, shopHandlers, shopService, turns } from "./home.test.util.js";
import { HomeState } from "./home-state.js";
import { journaled } from "./journaled.js";
import { MemoryJournal, type MemoryLog } from "./memory-journal.test.util.js";
import { redo } from "./redo.js";

const HOST = { limiter: undefined, sendBytesMax: 1 << 20, isServing: true };

function homeOn(log?: MemoryLog): Home {
  const state = new HomeState(new Store());
  return new Home({ runtime: new ManualRuntime(), state, journal: new MemoryJournal(state, log) });
}

/** What stays of a call whose handler has not come to its end. */
async function withOpenCall(): Promise<MemoryLog> {
  const bench = new HomeBench({ make: () => new Promise(() => {}) });
  const client = await HandClient.opened(bench);
  void client.call({ method: "Make" });
  await turns();
  return bench.journal.crashed();
}

describe("a home", () => {
  it("carries out what was open once it is started, and not before", async () => {
    const made: string[] = [];
    const home = homeOn(await withOpenCall());
    const handlers = shopHandlers({
      make: ({ key }, { redo }) => ({ text: String(made.push(`${key} ${redo}`)) }),
    });
    const { make } = shopService().method;
    home.guard(methodFrom(make), handlers.make, handlers);
    await turns();
    expect(made).toEqual([]);
    await home.start(HOST);
    await turns();
    expect(made).toEqual(["a true"]);
  });

  it("shows what is open before it is started, so that one can see what keeps it from that", async () => {
    const home = homeOn(await withOpenCall());
    const intent = {
      method: "/t.Shop/Make",
      conflictKey: "a",
      principal: "",
      attempts: 0,
      lastError: undefined,
    };
    expect(home.openIntents).toMatchObject([intent]);
    await expect(home.start(HOST)).rejects.toThrow("keep the method until home.openIntents shows none of it");
    expect(home.openIntents).toMatchObject([intent]);
    const handlers = shopHandlers({ make: () => new Promise(() => {}) });
    home.guard(methodFrom(shopService().method.make), handlers.make, handlers);
    await home.start(HOST);
    expect(home.openIntents).toMatchObject([{ ...intent, attempts: 1 }]);
  });

  it("does not start where the method of an open call is gone, and says what to do", async () => {
    const home = homeOn(await withOpenCall());
    await expect(home.start(HOST)).rejects.toThrow(
      "the journal has open calls of /t.Shop/Make, which no redo(…) handler is there for: add its service before the server listens",
    );
    const { reply } = home.deliver({
      path: "/t.Shop/Store",
      callField: undefined,
      principal: "",
      request: new Uint8Array(),
    });
    expect(await reply).toMatchObject({ refusal: "not-guarded" });
    const handlers = shopHandlers({});
    home.guard(methodFrom(shopService().method.make), handlers.make, handlers);
    await home.start(HOST);
  });

  it("does not start where the method has changed its style", async () => {
    const home = homeOn(await withOpenCall());
    const handlers = shopHandlers({});
    home.guard(methodFrom(shopService().method.make), handlers.store, handlers);
    await expect(home.start(HOST)).rejects.toThrow("no redo(…) handler");
  });

  it("does not start where an open call can no longer be read", async () => {
    const home = homeOn(await withOpenCall());
    const text = serviceText().replace("string key = 1", "Entry key = 1");
    const handlers = shopHandlers({});
    home.guard(methodFrom(shopService(text).method.make), handlers.make, handlers);
    await expect(home.start(HOST)).rejects.toThrow(
      "an open call of /t.Shop/Make whose request cannot be read any more",
    );
  });

  it("that is not started refuses calls", async () => {
    const bench = new HomeBench();
    const home = homeOn();
    const handlers = shopHandlers({});
    home.guard(methodFrom(shopService().method.store), handlers.store, handlers);
    const { reply } = home.deliver({
      path: "/t.Shop/Store",
      callField: undefined,
      principal: "",
      request: new Uint8Array(),
    });
    expect(await reply).toMatchObject({ refusal: "starting", outcome: "unknown" });
    await bench.started;
  });

  it("serves one server", async () => {
    const bench = new HomeBench();
    await expect(bench.home.start(HOST)).rejects.toThrow("a home serves one server");
    const handlers = shopHandlers({});
    expect(() => bench.home.guard(methodFrom(shopService().method.store), handlers.store, handlers)).toThrow(
      "a home serves one server: /t.Shop/Store is there already",
    );
  });

  it("does not start once it is closed", async () => {
    const home = homeOn();
    await home.close();
    await expect(home.start(HOST)).rejects.toThrow("the home is closed");
  });

  it.each([
    [{ expiresAfterMs: 999 }, "expiresAfterMs is 999: it must be a whole number from 1000 on"],
    [{ maxAnswerBytes: -1 }, "maxAnswerBytes is -1"],
    [{ maxSessions: 0 }, "maxSessions is 0"],
    [{ maxRememberedBytes: 0.5 }, "maxRememberedBytes is 0.5"],
    [{ retry: { initialMs: 0 } }, "retry.initialMs is 0"],
    [{ retry: { maxMs: Number.NaN } }, "retry.maxMs is NaN"],
  ])("takes no options that are none: %j", (options, message) => {
    expect(() => new HomeBench({}, options)).toThrow(message);
  });
});

describe("a method", () => {
  const EXACTLY = "option (redoubt.delivery) = EXACTLY_ONCE;";
  const plain: AnyHandler = () => ({});
  const redone = redo({ conflictKey: () => "" }, () => ({})) as unknown as AnyHandler;
  const kept = journaled(() => ({})) as unknown as AnyHandler;

  function guarded(method: string, handler: AnyHandler) {
    const text = `syntax = "proto3"; import "redoubt/options.proto"; message M {} service S { rpc Call${method} }`;
    const registry = loadInterface(["s.proto"], { read: (name) => (name === "s.proto" ? text : undefined) });
    return homeOn().guard(methodFrom(registry.getService("S")!.method.call), handler, {});
  }

  it.each([
    [`(M) returns (M) { ${EXACTLY} }`, redone],
    [`(M) returns (M) { ${EXACTLY} }`, kept],
    ["(M) returns (M);", kept],
  ])("%s is guarded", (method, handler) => expect(guarded(method, handler)).toBeDefined());

  it.each(["(M) returns (M);", "(stream M) returns (M);", "(M) returns (stream M);"])(
    "%s with a plain handler is not",
    (method) => expect(guarded(method, plain)).toBeUndefined(),
  );

  it.each([
    [
      `(M) returns (M) { ${EXACTLY} }`,
      plain,
      "/S/Call promises EXACTLY_ONCE: say how its handler keeps that, with redo({ conflictKey }, handler)",
    ],
    [
      `(stream M) returns (M) { ${EXACTLY} }`,
      kept,
      "/S/Call is client-streaming and promises EXACTLY_ONCE: only unary methods can",
    ],
    [`(M) returns (stream M) { ${EXACTLY} }`, plain, "/S/Call is server-streaming and promises EXACTLY_ONCE"],
    [
      "(M) returns (stream M);",
      kept,
      "/S/Call is server-streaming: a journaled(…) handler serves unary methods only",
    ],
    ["(M) returns (M);", redone, "/S/Call does not promise EXACTLY_ONCE: a redo(…) handler has no use there"],
  ])("%s is refused", (method, handler, message) => expect(() => guarded(method, handler)).toThrow(message));

  it("whose handler cannot be called by others says so", () => {
    expect(redone).toThrow("a redo(…) handler cannot be called: a server with a home runs it");
    expect(kept).toThrow("a journaled(…) handler cannot be called: a server with a home runs it");
  });

  it("whose handler is none is refused where it is made", () => {
    expect(() => redo({} as never, () => ({}))).toThrow("redo({ conflictKey: (request) => text }, handler)");
    expect(() => redo({ conflictKey: () => "" }, undefined as never)).toThrow(TypeError);
    expect(() => journaled(undefined as never)).toThrow("journaled(handler): the handler is a function");
  });
});
