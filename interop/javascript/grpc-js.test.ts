import * as grpc from "@grpc/grpc-js";
import { describe, it } from "vitest";
import { cleanUp, installChecks } from "../behaviour/harness.js";
import { testPairing } from "./cases.js";
import {
  checkDirectories,
  connectDirectories,
  type DirectoriesClient,
  openRoot,
  serveDirectories,
  statusOf,
} from "./directories.js";
import { grpcJs, loadService } from "./grpc-js.js";
import { Failure } from "./peer.js";
import { redoubt } from "./redoubt.js";

testPairing(redoubt, grpcJs);
testPairing(grpcJs, redoubt);

describe("Directories", () => {
  installChecks();
  const Directories = loadService("examples/directories/directories.proto", "Directories");

  it("of ours, called by grpc-js", async () => {
    const client = new Directories(await serveDirectories(), grpc.credentials.createInsecure());
    cleanUp(() => client.close());
    const call = <T>(method: string, request: object) =>
      new Promise<T>((resolve, reject) => {
        client[method](request, (error: grpc.ServiceError | null, reply: T) => {
          if (error) reject(new Failure(error.code, error.details));
          else resolve(reply);
        });
      });
    const directories: DirectoriesClient = {
      makeDirectory: (path) => call("makeDirectory", { path }),
      listDirectory: async (path) =>
        (await call<{ entries: { name: string; isDirectory: boolean }[] }>("listDirectory", { path }))
          .entries,
    };
    await checkDirectories(directories);
  });

  it("of grpc-js, called by us", async () => {
    const folder = await openRoot();
    const server = new grpc.Server();
    cleanUp(() => server.forceShutdown());
    type Call = grpc.ServerUnaryCall<{ path: string }, object>;
    const answer = (callback: grpc.sendUnaryData<object>, work: Promise<object>) =>
      work.then(
        (reply) => callback(null, reply),
        (error) => {
          const { code, message } = statusOf(error);
          callback({ code, details: message });
        },
      );
    server.addService(Directories.service, {
      makeDirectory: ({ request }: Call, callback: grpc.sendUnaryData<object>) =>
        answer(
          callback,
          folder.makeDirectory(request.path).then(() => ({})),
        ),
      listDirectory: ({ request }: Call, callback: grpc.sendUnaryData<object>) =>
        answer(
          callback,
          folder.listDirectory(request.path).then((entries) => ({ entries })),
        ),
    });
    const port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, value: number) => (error ? reject(error) : resolve(value));
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), bound);
    });
    await checkDirectories(connectDirectories(`127.0.0.1:${port}`));
  });
});
