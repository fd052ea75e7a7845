import { afterEach, expect, it } from "vitest";
import { loadInterface } from "../../idl/load.js";
import { Channel, journaled, RpcError, Server, Status, stub } from "../../index.js";
import { Delivery } from "../../rpc/gen/redoubt/delivery_pb.js";
import { nodeRuntime } from "../../runtime/node.js";
import { SimulatedDisk } from "../../runtime/simulated-disk.test.util.js";
import type { Attempt } from "./attempt.js";
import { Home } from "./home.js";
import { HandClient, HomeBench, nonce, turns } from "./home.test.util.js";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function treeService(promise: string) {
  const text = `syntax = "proto3"; package t; import "redoubt/options.proto";
    message Tree { Tree child = 1; string name = 2; }
    service Forest { rpc Grow(Tree) returns (Tree) { ${promise} } }`;
  const registry = loadInterface(["t.proto"], { read: (name) => (name === "t.proto" ? text : undefined) });
  return registry.getService("t.Forest")!;
}

/** Deeper than decoders go, though not encoders. */
function deepTree(): object {
  let tree: object = { name: "leaf" };
  for (let depth = 0; depth < 150; depth++) tree = { child: tree };
  return tree;
}

it("an answer that interceptors cannot be shown ends the call, recorded, however often it comes", async () => {
  const disk = new SimulatedDisk({ post: (event) => void setImmediate(event), random: () => 0.5 });
  const runtime = Object.assign(Object.create(nodeRuntime()), { storage: disk.start() });
  const home = await Home.open("/h", { runtime, segmentBytes: 1 << 20 });
  const server = new Server({ home, interceptors: [(request, next) => next(request)] });
  const channel = new Channel(server);
  cleanups.push(
    () => home.close(),
    () => server.close(),
    () => channel.close(),
  );
  let runs = 0;
  const grow = journaled(async () => {
    runs++;
    await turns();
    return deepTree();
  });
  server.add(treeService("option (redoubt.delivery) = EXACTLY_ONCE;"), { grow } as never);
  const { session } = await stub(Delivery, channel).open({ nonce: nonce(1) });
  const { home: id, client, incarnation, mark } = session!;
  const metadata = { "redoubt-call": `${id}.${client}.${incarnation}.1.1.${mark}` };
  const plain = stub(treeService(""), channel) as unknown as {
    grow(request: object, options: object): Promise<unknown>;
  };
  const attempt = () =>
    plain.grow({}, { metadata }).then(
      () => "OK",
      (error: RpcError) => error,
    );
  for (const ends of [await Promise.all([attempt(), attempt()]), [await attempt()]])
    for (const end of ends) {
      expect(end).toMatchObject({ code: Status.INTERNAL, outcome: "executed" });
      expect((end as RpcError).message).toMatch(/^the answer cannot be decoded for interceptors/);
      expect((end as RpcError).metadata.get("redoubt-recorded")).toMatch(/^1-/);
    }
  expect(runs).toBe(1);
});

it("an attempt that cannot be told does not keep the others waiting", async () => {
  let go = () => {};
  const bench = new HomeBench({
    make: () =>
      new Promise((resolve) => {
        go = () => resolve({ text: "made" });
      }),
  });
  const client = await HandClient.opened(bench);
  const first = client.call({ method: "Make", sequence: 1 });
  await turns();
  const broken: Attempt = {
    execution: undefined,
    settle() {
      throw new Error("a bug");
    },
    publicError: (error) => error as RpcError,
    takePlace: () => false,
  };
  bench.state.byClient.get(client.client)!.executions.get(1)!.join(broken);
  const last = client.call({ method: "Make", sequence: 1 });
  const thrown = await uncaughtDuring(async () => {
    go();
    await turns();
  });
  expect(await first).toMatchObject({ is: "OK", text: "made" });
  expect(await last).toMatchObject({ is: "OK", text: "made", kind: "join" });
  expect(thrown).toEqual([new Error("a bug")]);
});

it.each(["Store", "Make"] as const)(
  "details that cannot be encoded are left out: %s by plain gRPC",
  async (method) => {
    const details = [{ $typeName: "google.protobuf.Any", typeUrl: "x", value: "no bytes" } as never];
    const bench = new HomeBench({
      store: () => Promise.reject(new RpcError(Status.NOT_FOUND, "no", { details })),
      make: (_, call) => call.refuse(Status.NOT_FOUND, "no", { details }),
    });
    expect(await bench.send({ method }).reply).toMatchObject({ is: "NOT_FOUND", text: "no" });
  },
);

async function uncaughtDuring(work: () => Promise<void>): Promise<unknown[]> {
  const thrown: unknown[] = [];
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => thrown.push(error));
  await work();
  process.removeAllListeners("uncaughtException");
  for (const listener of listeners) process.on("uncaughtException", listener);
  return thrown;
}
