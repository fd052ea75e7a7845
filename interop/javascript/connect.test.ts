import { type Code, ConnectError, createClient } from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { describe, it } from "vitest";
import { Directories } from "../../examples/directories/gen/directories_pb.js";
import { cleanUp, installChecks } from "../behaviour/harness.js";
import { testPairing } from "./cases.js";
import { connectNode, listen } from "./connect.js";
import { checkDirectories, connectDirectories, openRoot, serveDirectories, statusOf } from "./directories.js";
import { Failure } from "./peer.js";
import { redoubt } from "./redoubt.js";

testPairing(redoubt, connectNode);
testPairing(connectNode, redoubt);

describe("Directories", () => {
  installChecks();

  it("of ours, called by connect-node", async () => {
    const baseUrl = `http://${await serveDirectories()}`;
    const sessionManager = new Http2SessionManager(baseUrl);
    cleanUp(() => sessionManager.abort());
    const directories = createClient(Directories, createGrpcTransport({ baseUrl, sessionManager }));
    const failing = <T>(reply: Promise<T>): Promise<T> =>
      reply.catch((error: unknown) => {
        throw error instanceof ConnectError ? new Failure(error.code, error.rawMessage) : error;
      });
    await checkDirectories({
      makeDirectory: (path) => failing(directories.makeDirectory({ path })),
      listDirectory: async (path) => (await failing(directories.listDirectory({ path }))).entries,
    });
  });

  it("of connect-node, called by us", async () => {
    const folder = await openRoot();
    const answered = <T>(work: Promise<T>): Promise<T> =>
      work.catch((error: unknown) => {
        const { code, message } = statusOf(error);
        throw new ConnectError(message, code as number as Code);
      });
    const { address, kill } = await listen(
      connectNodeAdapter({
        routes: (router) =>
          router.service(Directories, {
            makeDirectory: ({ path }) => answered(folder.makeDirectory(path).then(() => ({}))),
            listDirectory: ({ path }) =>
              answered(folder.listDirectory(path).then((entries) => ({ entries }))),
          }),
      }),
    );
    cleanUp(kill);
    await checkDirectories(connectDirectories(address));
  });
});
