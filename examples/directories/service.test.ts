import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Channel, RpcError, Server, Status, type Stub, stub } from "@redoubt/rpc";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Directories } from "./gen/directories_pb.js";
import { RootFolder } from "./root-folder.js";
import { directoriesService } from "./service.js";

let root: string;
let server: Server;
let channel: Channel;
let directories: Stub<typeof Directories>;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "service-"));
  server = new Server();
  server.add(Directories, directoriesService(await RootFolder.open(root)));
  channel = new Channel(server);
  directories = stub(Directories, channel);
});

afterEach(async () => {
  await channel.close();
  await server.close();
  await rm(root, { recursive: true });
});

it("lists what it made", async () => {
  await directories.makeDirectory({ path: "/a" });
  expect(await directories.listDirectory({ path: "/" })).toMatchObject({
    entries: [{ name: "a", isDirectory: true }],
  });
});

it.each([
  ["ALREADY_EXISTS", Status.ALREADY_EXISTS, () => directories.makeDirectory({ path: "/" })],
  ["NOT_FOUND", Status.NOT_FOUND, () => directories.listDirectory({ path: "/größe" })],
  ["INVALID_ARGUMENT", Status.INVALID_ARGUMENT, () => directories.listDirectory({ path: ".." })],
])("answers %s with the folder's message", async (_, code, call) => {
  const error = await call().catch((caught: unknown) => caught);
  expect(RpcError.is(error)).toBe(true);
  expect(error).toMatchObject({
    code,
    outcome: "executed",
    message: expect.stringMatching(/^(cannot|the path)/),
  });
});
