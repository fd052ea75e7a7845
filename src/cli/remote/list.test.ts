import { beforeEach, describe, expect, it } from "vitest";
import { RpcError } from "../../rpc/error.js";
import { Status } from "../../rpc/status.js";
import { type Lab, startLab, tried } from "./lab.test.util.js";

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

function list(...args: string[]) {
  return tried(["ls", lab.address, ...args, "--plaintext"]);
}

describe("redoubt ls", () => {
  it("lists the services", async () => {
    expect(await list()).toEqual({
      exitCode: 0,
      stdout:
        "grpc.channelz.v1.Channelz\ngrpc.health.v1.Health\ngrpc.reflection.v1.ServerReflection\ngrpc.reflection.v1alpha.ServerReflection\nlab.v1.Lab\n",
      stderr: "",
    });
    expect(await list("--proto", "lab.proto")).toEqual({ exitCode: 0, stdout: "lab.v1.Lab\n", stderr: "" });
    expect(JSON.parse((await list("--proto", "lab.proto", "--json")).stdout)).toEqual({
      ok: true,
      services: ["lab.v1.Lab"],
    });
  });

  it("lists the methods of a service", async () => {
    const { exitCode, stdout, stderr } = await list("Lab");
    expect(stdout).toBe(`\
METHOD    KIND              REQUEST              RESPONSE           PROMISE
Echo      unary             lab.v1.Sample        lab.v1.Sample      at-least-once
Count     server-streaming  lab.v1.CountRequest  lab.v1.CountReply  at-most-once
Sum       client-streaming  lab.v1.CountReply    lab.v1.CountReply  at-most-once
Chat      bidirectional     lab.v1.Sample        lab.v1.Sample      at-most-once
Fail      unary             lab.v1.Failure       lab.v1.Sample      at-least-once, deprecated
Metadata  unary             lab.v1.CountRequest  lab.v1.Sample      at-most-once
`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect((await list("lab.v1.Lab", "--proto", "lab.proto")).stdout).toBe(stdout);
  });

  it("lists them in JSON", async () => {
    const { ok, service, methods } = JSON.parse((await list("Lab", "--json")).stdout);
    expect({ ok, service }).toEqual({ ok: true, service: "lab.v1.Lab" });
    expect(methods[4]).toEqual({
      name: "Fail",
      kind: "unary",
      request: "lab.v1.Failure",
      response: "lab.v1.Sample",
      promise: "at-least-once",
      isDeprecated: true,
    });
  });

  it("asks in v1alpha where the server has no other reflection", async () => {
    const asked: string[] = [];
    lab = await startLab({
      interceptors: [
        async (call, next) => {
          asked.push(call.method.service);
          if (call.method.service === "grpc.reflection.v1.ServerReflection")
            throw new RpcError(Status.UNIMPLEMENTED, "too new");
          return next(call);
        },
      ],
    });
    expect((await list("lab.v1.Empty")).exitCode).toBe(2);
    expect(await list("lab.v1.Lab")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(new Set(asked)).toEqual(
      new Set(["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"]),
    );
  });
});
