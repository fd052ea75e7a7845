import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Channel, Credentials, RpcError, Server, Status, stub } from "@redoubt/rpc";
import {
  BadRequestSchema,
  detail,
  file_google_rpc_error_details,
  file_google_rpc_status,
} from "@redoubt/rpc/errors";
import { load } from "@redoubt/rpc/idl";
import {
  addChannelz,
  addHealth,
  addReflection,
  Channelz,
  Health,
  ServerReflection,
  HealthCheckResponse_ServingStatus as Serving,
} from "@redoubt/rpc/services";
import { Directories } from "../../examples/directories/gen/directories_pb.js";
import { LineProcess } from "../line-process.js";
import type { PythonEnvironment } from "./python-environment.js";
import type { Tally } from "./tally.js";

/** A file with extensions that no service mentions. */
const EXTENDED_PROTO = fileURLToPath(
  new URL("../../../interop/python/proto/extended.proto", import.meta.url),
);

/** Checks the standard services against those of gRPC's Python packages: each as client and as server of the other. */
export async function checkServices(python: PythonEnvironment, tally: Tally): Promise<void> {
  await checkPythonClient(python, tally);
  await checkPythonServer(python, tally);
}

async function checkPythonClient({ python, servicesClientScript }: PythonEnvironment, tally: Tally) {
  const server = new Server();
  const health = addHealth(server);
  const files = [...load(EXTENDED_PROTO).files, file_google_rpc_error_details, file_google_rpc_status];
  addReflection(server, { files });
  addChannelz(server);
  const violations = [{ field: "path", description: "begins with no /" }];
  const listDirectory = ({ path }: { path: string }) => {
    if (path !== "") return {};
    const details = [detail(BadRequestSchema, { fieldViolations: violations })];
    throw new RpcError(Status.INVALID_ARGUMENT, "größe", { details });
  };
  server.add(Directories, { listDirectory }, { partial: true });
  const address = await server.listen("127.0.0.1:0", Credentials.insecure());
  const client = new Asking(python, [servicesClientScript, address]);
  const check = (name: string, work: () => Promise<void>) =>
    tally.check(`Python client, our services: ${name}`, work);

  await check("health is checked", async () => {
    health.set(Directories, "NOT_SERVING");
    assert.equal(await client.ask("check", { service: "" }), "SERVING");
    assert.equal(await client.ask("check", { service: "Directories" }), "NOT_SERVING");
    await assert.rejects(client.ask("check", { service: "none" }), /^Error: NOT_FOUND: /);
  });
  await check("health is watched", async () => {
    assert.equal(await client.ask("watch", { service: "later" }), "SERVICE_UNKNOWN");
    health.set("later", "SERVING");
    assert.equal(await client.ask("next_watched"), "SERVING");
    health.delete("later");
    assert.equal(await client.ask("next_watched"), "SERVICE_UNKNOWN");
  });
  await check("reflection lists the services", async () => {
    assert.deepEqual(await client.ask("services"), [
      "Directories",
      "grpc.channelz.v1.Channelz",
      "grpc.health.v1.Health",
      "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection",
    ]);
  });
  await check("a service is called that only reflection tells of", async () => {
    const question = { service: "Directories", method: "ListDirectory", request: { path: "/a" } };
    assert.deepEqual(await client.ask("call", question), {});
    const health = { service: "grpc.health.v1.Health", method: "List", request: {} };
    assert.deepEqual(await client.ask("call", health), {
      statuses: { "": { status: "SERVING" }, Directories: { status: "NOT_SERVING" } },
    });
  });
  await check("symbols are found", async () => {
    const files: Readonly<Record<string, string>> = {
      Directories: "directories.proto",
      "grpc.health.v1.HealthCheckResponse.ServingStatus": "grpc/health/v1/health.proto",
      "google.protobuf.Timestamp": "google/protobuf/timestamp.proto",
    };
    for (const [symbol, file] of Object.entries(files))
      assert.equal(await client.ask("file_of", { symbol }), file);
    await assert.rejects(client.ask("file_of", { symbol: "no.Such" }), /^Error: KeyError/);
  });
  await check("extensions are found", async () => {
    assert.deepEqual(await client.ask("extensions", { message: "extended.Base" }), [
      "extended.Inner.within",
      "extended.note",
    ]);
  });
  await check("the standard files declare what the published ones do", async () => {
    assert.deepEqual(await client.ask("differences"), []);
  });
  await check("details of errors arrive", async () => {
    assert.deepEqual(await client.ask("details", { path: "/Directories/ListDirectory" }), {
      code: 3,
      message: "größe",
      details: [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: violations }],
    });
  });
  await check("the connection table has its connection", async () => {
    const [connection, ...others] = (await client.ask("connections")) as Connection[];
    assert.deepEqual(others, []);
    assert.equal(connection?.local.tcpipAddress.ipAddress, "fwAAAQ==");
    assert.equal(`127.0.0.1:${connection?.local.tcpipAddress.port}`, address);
    assert.ok(Number(connection?.data.streamsStarted) > 10);
    assert.ok(Number(connection?.data.messagesReceived) > 10);
    assert.ok(
      Math.abs(Date.parse(connection?.data.lastMessageReceivedTimestamp ?? "") - Date.now()) < 60_000,
    );
  });
  await check("a watch sees the server close", async () => {
    assert.equal(await client.ask("watch", { service: "" }), "SERVING");
    const closed = server.close({ graceMs: 10_000 });
    assert.equal(await client.ask("next_watched"), "NOT_SERVING");
    await assert.rejects(client.ask("next_watched"), /^Error: UNAVAILABLE: the server is closing$/);
    await closed;
  });
  await server.close();
  await client.close();
}

async function checkPythonServer({ python, servicesServerScript }: PythonEnvironment, tally: Tally) {
  const server = new LineProcess(python, [servicesServerScript]);
  const address = (await server.receive()).replace("listening on ", "");
  const set = async (service: string, status: string) => {
    server.send(`${service} ${status}`);
    assert.equal(await server.receive(), "set");
  };
  const channel = new Channel(address, { credentials: Credentials.insecure() });
  const check = (name: string, work: () => Promise<void>) =>
    tally.check(`our client, Python's services: ${name}`, work);

  await check("health is checked and watched", async () => {
    const health = stub(Health, channel);
    const watch = health.watch({ service: "a.B" });
    const next = async () => (await watch.next()).value.status;
    assert.equal(await next(), Serving.SERVICE_UNKNOWN);
    await set("a.B", "SERVING");
    assert.equal(await next(), Serving.SERVING);
    await set("a.B", "NOT_SERVING");
    assert.equal(await next(), Serving.NOT_SERVING);
    assert.equal((await health.check({ service: "a.B" })).status, Serving.NOT_SERVING);
    await watch.return?.();
  });
  await check("reflection answers, or says that it is v1alpha alone", async () => {
    const questions = [{ messageRequest: { case: "listServices" as const, value: "" } }];
    try {
      for await (const { messageResponse } of stub(ServerReflection, channel).serverReflectionInfo(questions))
        assert.equal(messageResponse.case, "listServicesResponse");
    } catch (error) {
      assert.ok(RpcError.is(error) && error.code === Status.UNIMPLEMENTED, String(error));
    }
  });
  await check("its connection table has our connection", async () => {
    const channelz = stub(Channelz, channel);
    const { server: servers } = await channelz.getServers({});
    const { socketRef } = await channelz.getServerSockets({ serverId: servers[0]?.ref?.serverId ?? 0n });
    const [ref] = socketRef;
    const { socket } = await channelz.getSocket({ socketId: ref?.socketId ?? 0n });
    assert.ok((socket?.data?.streamsStarted ?? 0n) > 0n);
  });
  await channel.close();
  await server.kill();
}

/** What grpcio's JSON has of a socket. */
interface Connection {
  readonly local: { readonly tcpipAddress: { readonly ipAddress: string; readonly port: number } };
  readonly data: {
    readonly streamsStarted: string;
    readonly messagesReceived: string;
    readonly lastMessageReceivedTimestamp: string;
  };
}

/** `services_client.py`, one question at a time. */
class Asking {
  readonly #process: LineProcess;

  constructor(python: string, args: readonly string[]) {
    this.#process = new LineProcess(python, args);
  }

  async ask(question: string, parameters: object = {}): Promise<unknown> {
    this.#process.send(JSON.stringify({ ask: question, ...parameters }));
    const { answer, error } = JSON.parse(await this.#process.receive());
    if (error !== undefined) throw new Error(error);
    return answer;
  }

  async close(): Promise<void> {
    await this.#process.kill();
  }
}
