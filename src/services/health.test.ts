import { afterEach, describe, expect, test } from "vitest";
import { RpcError, Server, Status, stub } from "../index.js";
import { Health, HealthCheckResponse_ServingStatus as Serving } from "./gen/grpc/health/v1/health_pb.js";
import { addHealth, type HealthOptions, type ServiceHealth } from "./health.js";
import { ask, closeAll, failureOf, grpcJsClient, openChannel, pair, until } from "./pair.test.util.js";

afterEach(closeAll);

async function serve(options?: HealthOptions) {
  let health: ServiceHealth | undefined;
  const made = await pair((server) => {
    health = addHealth(server, options);
  });
  return { ...made, health: health as ServiceHealth, client: stub(Health, made.channel) };
}

const grpcJs = (address: string) =>
  grpcJsClient(address, "grpc/health/v1/health.proto", "grpc.health.v1.Health");

describe("Check", () => {
  test("tells what was set, of the server as a whole SERVING from the start", async () => {
    const { health, client } = await serve();
    expect((await client.check({})).status).toBe(Serving.SERVING);
    for (const status of ["SERVING", "NOT_SERVING", "UNKNOWN"] as const) {
      health.set("a.B", status);
      expect((await client.check({ service: "a.B" })).status).toBe(Serving[status]);
      expect(health.get("a.B")).toBe(status);
    }
  });

  test("answers NOT_FOUND where nothing was set, or not any more", async () => {
    const { health, client } = await serve();
    health.set(Health, "SERVING");
    await client.check({ service: "grpc.health.v1.Health" });
    health.delete(Health);
    for (const service of ["grpc.health.v1.Health", "x".repeat(100_000)])
      expect((await failureOf(client.check({ service }))).code).toBe(Status.NOT_FOUND);
  });

  test("is answered to grpc-js", async () => {
    const { address, health } = await serve();
    health.set("a.B", "NOT_SERVING");
    const client = grpcJs(address);
    expect(await ask(client, "check", {})).toEqual({ status: "SERVING" });
    expect(await ask(client, "check", { service: "a.B" })).toEqual({ status: "NOT_SERVING" });
    await expect(ask(client, "check", { service: "c.D" })).rejects.toMatchObject({ code: Status.NOT_FOUND });
    expect(await ask(client, "list", {})).toEqual({
      statuses: { "": { status: "SERVING" }, "a.B": { status: "NOT_SERVING" } },
    });
  });
});

test("List tells of 100 services, and refuses to tell of more", async () => {
  const { health, client } = await serve();
  for (let n = 1; n < 100; n++) health.set(`s${n}`, "NOT_SERVING");
  const { statuses } = await client.list({});
  expect(Object.keys(statuses).length).toBe(100);
  expect(statuses.s99.status).toBe(Serving.NOT_SERVING);
  health.set("s100", "SERVING");
  expect((await failureOf(client.list({}))).code).toBe(Status.RESOURCE_EXHAUSTED);
});

describe("Watch", () => {
  test("of an unknown service says SERVICE_UNKNOWN and goes on", async () => {
    const { health, client } = await serve();
    const watch = client.watch({ service: "a.B" });
    const seen: Serving[] = [];
    const next = async () => seen.push((await watch.next()).value.status);
    await next();
    health.set("a.B", "SERVING");
    await next();
    health.delete("a.B");
    await next();
    expect(seen).toEqual([Serving.SERVICE_UNKNOWN, Serving.SERVING, Serving.SERVICE_UNKNOWN]);
  });

  test("sees the server close, with a grace or without", async () => {
    const { server, health, client, address } = await serve();
    health.set("a.B", "SERVING");
    const other = grpcJs(address).watch({ service: "a.B" });
    const seen: unknown[] = [];
    const ended = new Promise<{ code: number }>((resolve) => {
      other.on("error", resolve).on("data", ({ status }: { status: string }) => seen.push(status));
    });
    const watch = client.watch({ service: "a.B" });
    expect((await watch.next()).value.status).toBe(Serving.SERVING);
    await until(() => seen.length === 1);
    const closed = server.close({ graceMs: 60_000 });
    expect((await watch.next()).value.status).toBe(Serving.NOT_SERVING);
    expect(await failureOf(watch.next())).toMatchObject({
      code: Status.UNAVAILABLE,
      message: "the server is closing",
    });
    expect((await ended).code).toBe(Status.UNAVAILABLE);
    expect(seen).toEqual(["SERVING", "NOT_SERVING"]);
    await closed;
    health.set("a.B", "SERVING");
    expect(health.get("a.B")).toBe("NOT_SERVING");
  });

  test("is bounded in number; a watch that ends makes room", async () => {
    const { client } = await serve({ maxWatches: 2 });
    const first = client.watch({});
    await first.next();
    const second = client.watch({ service: "a.B" });
    await second.next();
    const refused = await failureOf(client.watch({}).next());
    expect(refused).toMatchObject({
      code: Status.RESOURCE_EXHAUSTED,
      message: "2 Watch calls are open; use Check",
    });
    await first.return?.();
    const third = async () => {
      const watch = client.watch({});
      try {
        return (await watch.next()).value.status === Serving.SERVING;
      } catch (error) {
        if (RpcError.is(error) && error.code === Status.RESOURCE_EXHAUSTED) return false;
        throw error;
      }
    };
    while (!(await third()));
  });

  test("keeps no name that is longer than names are", async () => {
    const { client } = await serve();
    expect((await client.watch({ service: "x".repeat(1024) }).next()).value.status).toBe(
      Serving.SERVICE_UNKNOWN,
    );
    const refused = await failureOf(client.watch({ service: "x".repeat(1025) }).next());
    expect(refused.code).toBe(Status.INVALID_ARGUMENT);
  });
});

test("works in one process, too", async () => {
  const server = new Server();
  const health = addHealth(server);
  const client = stub(Health, openChannel(server));
  const watch = client.watch({});
  expect((await watch.next()).value.status).toBe(Serving.SERVING);
  health.set("", "NOT_SERVING");
  expect((await watch.next()).value.status).toBe(Serving.NOT_SERVING);
  const closed = server.close({ graceMs: 60_000 });
  expect((await failureOf(watch.next())).code).toBe(Status.UNAVAILABLE);
  await closed;
});

test("says what is wrong", () => {
  const server = new Server();
  const health = addHealth(server);
  expect(() => addHealth(server)).toThrow("service grpc.health.v1.Health was added before");
  expect(() => health.set("a", "serving" as never)).toThrow(
    'the status of a service is "serving": it must be one of SERVING, NOT_SERVING, UNKNOWN',
  );
  expect(() => health.set("a", "toString" as never)).toThrow(TypeError);
});
