import { describe, expect, it } from "vitest";
import { loadInterface } from "../idl/load.js";
import type { ExecutionGate, MethodGuard } from "./execution-gate.js";
import { GUARDED } from "./guarded-handler.js";
import { routesOf } from "./route.js";

function service(method: string) {
  const text = `syntax = "proto3"; import "redoubt/options.proto"; message M {} service S { rpc Buy${method} }`;
  const registry = loadInterface(["s.proto"], { read: (name) => (name === "s.proto" ? text : undefined) });
  return registry.getService("S")!;
}

const EXACTLY = "(M) returns (M) { option (redoubt.delivery) = EXACTLY_ONCE; }";
const GUARD: MethodGuard = { admit: () => ({ leave() {} }) };

function gate(guard: ExecutionGate["guard"]): ExecutionGate {
  return { services: [], guard, release() {}, async start() {} };
}

describe("a promise that cannot be kept is not made", () => {
  it("without a home", () => {
    expect(() => routesOf(service(EXACTLY), { buy: () => ({}) }, false, undefined)).toThrow(
      "/S/Buy promises EXACTLY_ONCE, and the server has no home to keep that with: new Server({ home: await Home.open(folder) })",
    );
  });

  it("by a handler that needs a home, without one", () => {
    const buy = Object.assign(() => ({}), { [GUARDED]: { name: "redo" } });
    expect(() => routesOf(service("(M) returns (M);"), { buy }, false, undefined)).toThrow(
      "/S/Buy is handled by a redo(…) handler, which runs only on a server with a home",
    );
  });

  it("for streams", () => {
    expect(() =>
      routesOf(
        service("(stream M) returns (M);"),
        { buy: () => ({}) },
        false,
        gate(() => GUARD),
      ),
    ).toThrow("/S/Buy is client-streaming: an execution gate can guard unary methods only");
  });
});

it("a gate is asked once a method, with its handler and whose that is", () => {
  const asked: unknown[] = [];
  const handlers = { buy: () => ({}) };
  const routes = routesOf(
    service(EXACTLY),
    handlers,
    false,
    gate((method, handler, owner) => {
      asked.push([method.path, handler === handlers.buy, owner === handlers]);
      return GUARD;
    }),
  );
  expect(asked).toEqual([["/S/Buy", true, true]]);
  expect(routes).toMatchObject([{ method: { path: "/S/Buy" }, guarded: { guard: GUARD } }]);
});

it("a method that its gate does not guard goes straight to its handler", () => {
  const [{ guarded }] = routesOf(
    service("(M) returns (M);"),
    { buy: () => ({}) },
    false,
    gate(() => undefined),
  );
  expect(guarded).toBeUndefined();
});
