import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Channel, Credentials, Home, RpcError, Server, Status, type Stub, stub } from "@redoubt/rpc";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FolderError } from "./folder-error.js";
import { Directories } from "./gen/directories_pb.js";
import { RootFolder } from "./root-folder.js";
import { directoriesService, type Folder } from "./service.js";

let base: string;
let root: string;
let folder: RootFolder;
let closings: (() => Promise<unknown>)[];

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "service-"));
  root = join(base, "root");
  await mkdir(root);
  folder = await RootFolder.open(root);
  closings = [];
});

afterEach(async () => {
  for (const close of closings.reverse()) await close();
  await rm(base, { recursive: true });
});

/** A server on the test's journal, with its end. */
async function serve(served: Folder): Promise<{ server: Server; stop: () => Promise<void> }> {
  const home = await Home.open(join(base, "journal"));
  const server = new Server({ home });
  server.add(Directories, directoriesService(served));
  const stop = async () => {
    await server.close();
    await home.close();
  };
  closings.push(stop);
  return { server, stop };
}

async function directoriesOf(served: Folder): Promise<Stub<typeof Directories>> {
  const { server } = await serve(served);
  const channel = new Channel(server);
  closings.push(() => channel.close());
  return stub(Directories, channel);
}

/** The test's folder, except that `makeDirectory` is another one. */
function folderThat(makeDirectory: Folder["makeDirectory"]): Folder {
  return {
    checkFree: (path) => folder.checkFree(path),
    listDirectory: (path) => folder.listDirectory(path),
    makeDirectory,
  };
}

it("lists what it made", async () => {
  const directories = await directoriesOf(folder);
  await directories.makeDirectory({ path: "/a" });
  expect(await directories.listDirectory({ path: "/" })).toMatchObject({
    entries: [{ name: "a", isDirectory: true }],
  });
});

it.each([
  ["ALREADY_EXISTS", Status.ALREADY_EXISTS, "makeDirectory", "/"],
  ["NOT_FOUND", Status.NOT_FOUND, "makeDirectory", "/no/parent"],
  ["INVALID_ARGUMENT", Status.INVALID_ARGUMENT, "makeDirectory", "a/../.."],
  ["NOT_FOUND", Status.NOT_FOUND, "listDirectory", "/größe"],
  ["INVALID_ARGUMENT", Status.INVALID_ARGUMENT, "listDirectory", ".."],
] as const)("answers %s with the folder's message", async (_, code, method, path) => {
  const directories = await directoriesOf(folder);
  const error = await directories[method]({ path }).catch((caught: unknown) => caught);
  expect(RpcError.is(error)).toBe(true);
  expect(error).toMatchObject({
    code,
    outcome: "executed",
    message: expect.stringMatching(/^(cannot|the path)/),
  });
});

describe("making a directory that a failure cuts short", () => {
  it("is done again, and finds its own directory", async () => {
    let failures = 0;
    const directories = await directoriesOf(
      folderThat(async (path, options) => {
        await folder.makeDirectory(path, options);
        if (failures++ === 0) throw new Error("the disk did not confirm");
      }),
    );
    await directories.makeDirectory({ path: "/a" });
    expect(failures).toBe(2);
    expect(await readdir(root)).toEqual(["a"]);
  });

  it("is done again where it came to nothing", async () => {
    let failures = 0;
    const directories = await directoriesOf(
      folderThat(async (path, options) => {
        if (failures++ === 0) throw new Error("the disk was away");
        await folder.makeDirectory(path, options);
      }),
    );
    await directories.makeDirectory({ path: "/a" });
    expect(await readdir(root)).toEqual(["a"]);
  });

  it("is done by the next server, for whoever still asks", async () => {
    const address = `unix:${join(base, "d.sock")}`;
    let isMade = () => {};
    let die = () => {};
    const made = new Promise<void>((resolve) => {
      isMade = resolve;
    });
    const first = await serve(
      folderThat(async (path, options) => {
        await folder.makeDirectory(path, options);
        isMade();
        await new Promise((_, reject) => {
          die = () => reject(new Error("the server is gone"));
        });
      }),
    );
    await first.server.listen(address, Credentials.insecure());
    const channel = new Channel(address);
    closings.push(() => channel.close());
    const reply = stub(Directories, channel).makeDirectory({ path: "/a" }, { timeoutMs: 15_000 });
    await made;
    await first.stop();
    die();
    const next = await serve(folder);
    await next.server.listen(address, Credentials.insecure());
    await reply;
    expect(await readdir(root)).toEqual(["a"]);
  });
});

describe("a run after one that may have made the directory", () => {
  /** A first run that makes the directory and fails, then one that ends with `error`, then one that goes well. */
  async function made(error: Error, meanwhile = async () => {}): Promise<string> {
    let run = 0;
    const directories = await directoriesOf(
      folderThat(async (path, options) => {
        run++;
        if (run === 2) throw error;
        await folder.makeDirectory(path, options);
        if (run > 1) return;
        await meanwhile();
        throw new Error("the disk was away");
      }),
    );
    return directories.makeDirectory({ path: "/a" }).then(
      () => `made in run ${run}`,
      (error: RpcError) => `${error.codeName} in run ${run}`,
    );
  }

  it.each([
    ["what passes", new FolderError("UNKNOWN", "EMFILE")],
    ["what says nothing of the directory", new FolderError("PERMISSION_DENIED", "EACCES of its parent")],
    ["what says nothing of it either", new FolderError("FAILED_PRECONDITION", "EROFS")],
  ])("is not refused for %s", async (_, error) => {
    expect(await made(error)).toBe("made in run 3");
    expect(await readdir(root)).toEqual(["a"]);
  });

  it("is refused where nothing is there for certain", async () => {
    const error = new FolderError("PERMISSION_DENIED", "EACCES");
    expect(await made(error, () => rm(join(root, "a"), { recursive: true }))).toBe(
      "PERMISSION_DENIED in run 2",
    );
    expect(await readdir(root)).toEqual([]);
  });

  it("is refused where no file system takes the name", async () => {
    const error = new FolderError("INVALID_ARGUMENT", "EILSEQ");
    let run = 0;
    const directories = await directoriesOf({
      listDirectory: (path) => folder.listDirectory(path),
      checkFree: () => (run === 0 ? Promise.resolve() : Promise.reject(error)),
      makeDirectory: () => Promise.reject(++run === 1 ? new Error("the disk was away") : error),
    });
    await expect(directories.makeDirectory({ path: "/a" })).rejects.toMatchObject({
      code: Status.INVALID_ARGUMENT,
    });
    expect(run).toBe(2);
  });

  it("is refused where something else is there", async () => {
    const error = new FolderError("ALREADY_EXISTS", "a file");
    expect(await made(error)).toBe("ALREADY_EXISTS in run 2");
  });
});

it("what passes refuses no first run either", async () => {
  let run = 0;
  const directories = await directoriesOf(
    folderThat(async (path, options) => {
      if (++run === 1) throw new FolderError("UNKNOWN", "ENOSPC");
      await folder.makeDirectory(path, options);
    }),
  );
  await directories.makeDirectory({ path: "/a" });
  expect(await readdir(root)).toEqual(["a"]);
});

it("two calls for one directory never both make it, not even by way of a link and after a failure", async () => {
  await mkdir(join(root, "a"));
  await symlink("a", join(root, "link"));
  let second: Promise<unknown> | undefined;
  const directories = await directoriesOf(
    folderThat(async (path, options) => {
      if (second === undefined) {
        // The first call has noted that nothing is there.
        second = directories.makeDirectory({ path: "/link/x" });
        throw new Error("the disk was away");
      }
      await folder.makeDirectory(path, options);
    }),
  );
  await directories.makeDirectory({ path: "/a/x" });
  await expect(second).rejects.toMatchObject({ code: Status.ALREADY_EXISTS, outcome: "executed" });
});
