import { Channel, Credentials, Home, RpcError, Server, Status, stub } from "@redoubt/rpc";
import { expect } from "vitest";
import { FolderError } from "../../examples/directories/folder-error.js";
import { Directories } from "../../examples/directories/gen/directories_pb.js";
import { RootFolder } from "../../examples/directories/root-folder.js";
import { directoriesService } from "../../examples/directories/service.js";
import { cleanUp, temporaryDirectory } from "../behaviour/harness.js";
import { withoutPromises } from "../without-promises.js";
import { Failure } from "./peer.js";

/** The Directories service, to be called. Calls throw {@link Failure}. */
export interface DirectoriesClient {
  makeDirectory(path: string): Promise<unknown>;
  listDirectory(path: string): Promise<readonly { readonly name: string; readonly isDirectory: boolean }[]>;
}

/** Makes, lists and fails, as the example does. */
export async function checkDirectories(directories: DirectoriesClient): Promise<void> {
  await directories.makeDirectory("/müsli");
  await directories.makeDirectory("/müsli/inner");
  await directories.makeDirectory("a");
  const names = async (path: string) =>
    (await directories.listDirectory(path)).map(({ name, isDirectory }) => `${name}:${isDirectory}`);
  expect(await names("/")).toEqual(["a:true", "müsli:true"]);
  expect(await names("müsli")).toEqual(["inner:true"]);
  expect(await names("a")).toEqual([]);
  const check = async (call: Promise<unknown>, code: Status) => {
    const failure = await call.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).code).toBe(code);
  };
  await check(directories.makeDirectory("a"), Status.ALREADY_EXISTS);
  await check(directories.makeDirectory("no/such"), Status.NOT_FOUND);
  await check(directories.listDirectory("ñ"), Status.NOT_FOUND);
}

export function openRoot(): Promise<RootFolder> {
  return RootFolder.open(temporaryDirectory());
}

/** Our server with the example's service; gives its address. */
export async function serveDirectories(): Promise<string> {
  const home = await Home.open(temporaryDirectory());
  cleanUp(() => home.close());
  const server = new Server({ home });
  cleanUp(() => server.close());
  server.add(Directories, directoriesService(await openRoot()));
  return server.listen("127.0.0.1:0", Credentials.insecure());
}

/** Our client, at servers that keep no promises. */
export function connectDirectories(address: string): DirectoriesClient {
  const channel = new Channel(address, { credentials: Credentials.insecure() });
  cleanUp(() => channel.close());
  const directories = stub(withoutPromises(Directories), channel);
  const failing = <T>(reply: Promise<T>): Promise<T> =>
    reply.catch((error: unknown) => {
      throw RpcError.is(error) ? new Failure(error.code, error.message) : error;
    });
  return {
    makeDirectory: (path) => failing(directories.makeDirectory({ path })),
    listDirectory: async (path) => (await failing(directories.listDirectory({ path }))).entries,
  };
}

/** What went wrong in a folder, as a status. */
export function statusOf(error: unknown): { code: Status; message: string } {
  if (error instanceof FolderError) return { code: Status[error.kind], message: error.message };
  return { code: Status.UNKNOWN, message: String(error) };
}
