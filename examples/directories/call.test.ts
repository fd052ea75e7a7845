import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Channel, Credentials, DurableClient, Home, RpcError, Server, Status, stub } from "@redoubt/rpc";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetKey, makeDirectory, whatToDo } from "./call.js";
import { UsageError } from "./command-line.js";
import { Directories } from "./gen/directories_pb.js";
import { RootFolder } from "./root-folder.js";
import { directoriesService, type Folder } from "./service.js";

let base: string;
let root: string;
let target: string;
/** The folder of the durable client. */
let durable: string;
let closings: (() => Promise<unknown>)[];
let complaints: string[];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "call-"));
  root = join(base, "root");
  target = `unix:${join(base, "d.sock")}`;
  durable = join(base, "calls");
  await mkdir(root);
  closings = [];
  complaints = [];
  vi.spyOn(console, "error").mockImplementation((text: string) => complaints.push(text));
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closings.reverse()) await close();
  await rm(base, { recursive: true });
});

/** Starts a server on the test's folder, or another one. */
async function serve(folder?: Folder): Promise<{ readonly stop: () => Promise<void> }> {
  const home = await Home.open(join(base, "journal"));
  const server = new Server({ home });
  server.add(Directories, directoriesService(folder ?? (await RootFolder.open(root))));
  const stop = async () => {
    await server.close();
    await home.close();
  };
  closings.push(stop);
  await server.listen(target, Credentials.insecure());
  return { stop };
}

/** Calls a server that hangs, and leaves the call when it is being carried out. */
async function leaveUnfinished(path: string, key?: string) {
  const folder = await RootFolder.open(root);
  let begin = () => {};
  let die = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const server = await serve({
    checkFree: (path) => folder.checkFree(path),
    listDirectory: (path) => folder.listDirectory(path),
    makeDirectory: () => {
      begin();
      return new Promise((_, reject) => {
        die = () => reject(new Error("the server is gone"));
      });
    },
  });
  const client = await DurableClient.open(durable);
  const channel = new Channel(target, { delivery: client });
  const left = stub(Directories, channel).makeDirectory({ path }, { key });
  await begun;
  await channel.close();
  await client.close();
  await expect(left).rejects.toMatchObject({ outcome: "unknown" });
  const stop = async () => {
    await server.stop();
    die();
  };
  return { stop };
}

/** `mkdir TARGET PATH`, and maybe more. */
function make(
  path: string,
  more: { readonly durable?: string; readonly key?: string } = {},
  timeoutMs = 15_000,
) {
  return makeDirectory({ target, path, timeoutMs, durable: undefined, key: undefined, ...more });
}

it("makes a directory", async () => {
  await serve();
  await make("/a");
  await make("/b", { durable });
  expect(await readdir(root)).toEqual(["a", "b"]);
  expect(complaints).toEqual([]);
});

describe("a durable call", () => {
  it("with the same key is the same call", async () => {
    await serve();
    await make("/a", { durable, key: "order-17" });
    await make("/a", { durable, key: "order-17" });
    await expect(make("/a", { durable, key: "order-18" })).rejects.toMatchObject({
      code: Status.ALREADY_EXISTS,
      outcome: "executed",
    });
    expect(complaints).toEqual([]);
  });

  it("with a key that was forgotten is another one", async () => {
    await serve();
    await make("/a", { durable, key: "order-17" });
    await forgetKey({ durable, key: "order-17" });
    await forgetKey({ durable, key: "order-18" });
    await expect(make("/a", { durable, key: "order-17" })).rejects.toMatchObject({
      code: Status.ALREADY_EXISTS,
    });
  });

  it("that meets its deadline is kept, and says so", async () => {
    await leaveUnfinished("/a", "order-17");
    await expect(make("/a", { durable, key: "order-17" }, 100)).rejects.toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      outcome: "unknown",
    });
    expect(complaints).toEqual([
      `The call is kept in ${durable}: the next mkdir with --durable ${durable} goes on with it.`,
    ]);
  });

  it("that is over and in doubt is to be looked after", () => {
    const name = { durable: "calls", key: "order-17" };
    const expired = new RpcError(Status.FAILED_PRECONDITION, "too long", {
      outcome: "unknown",
      callId: "h.c.1",
    });
    expect(whatToDo(expired, [{ id: "h.c.2", key: undefined }], name)).toBe(
      "Nobody can tell any more whether the directory was made by this call: look with ls. " +
        "To make a new call with that key: npm run directories -- forget calls order-17",
    );
    expect(whatToDo(expired, [], { durable: "calls" })).toMatch(/look with ls\.$/);
    const onItsWay = new RpcError(Status.DEADLINE_EXCEEDED, "slow disk", { outcome: "unknown" });
    expect(whatToDo(onItsWay, [{ id: "h.c.2", key: "order-17" }], name)).toMatch(
      /^The call is kept in calls/,
    );
    const refused = new RpcError(Status.NOT_FOUND, "no parent", { outcome: "executed" });
    expect(whatToDo(refused, [], name)).toBeUndefined();
  });

  it("that has no answer yet is brought to an end by the next command", async () => {
    const begun = await leaveUnfinished("/a");
    await begun.stop();
    await serve();
    await make("/a/b", { durable });
    expect(await readdir(join(root, "a"))).toEqual(["b"]);
    expect(complaints).toEqual(["an earlier mkdir /a: done"]);
    await make("/c", { durable });
    expect(complaints).toHaveLength(1);
  });

  it("that finds no server is not kept", async () => {
    await expect(make("/a", { durable }, 100)).rejects.toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      outcome: "not-executed",
    });
    expect(complaints).toEqual([]);
  });

  it("cannot be made in a folder that is in use", async () => {
    const client = await DurableClient.open(durable);
    closings.push(() => client.close());
    const error = await make("/a", { durable }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Cannot keep calls there: .*--durable DIR$/),
    });
  });
});
