/**
 * A program whose only work, in the end, is to be told what became of one call by a server that is gone: by `outcomeOf`,
 * or as the answer of an unfinished call. Writes how that ends.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Channel, Credentials, DurableClient, Home, RpcError, redo, Server, stub } from "@redoubt/rpc";
import { Waiter } from "../gen/waiter_pb.js";

const [, , question] = process.argv;
const folder = await mkdtemp(join(tmpdir(), "redoubt-asker-"));
process.on("exit", () => void rm(folder, { recursive: true, force: true }));

const home = await Home.open(join(folder, "home"));
const server = new Server({ home });
const never = redo({ conflictKey: () => "one" }, () => new Promise<never>(() => {}));
server.add(Waiter, { once: () => ({}), again: () => ({}), exactly: never });
const address = await server.listen("127.0.0.1:0", Credentials.insecure());

const client = question === "answer" ? await DurableClient.open(join(folder, "client")) : undefined;
const channel = new Channel(address, {
  credentials: Credentials.insecure(),
  ...(client && { delivery: client }),
});
const error = await stub(Waiter, channel)
  .exactly({}, { timeoutMs: 300 })
  .catch((reason: unknown) => reason);
await server.close();
await home.close();

// It comes only where something else keeps the process alive.
setTimeout(() => void client?.close(), 500).unref();
try {
  const callId = RpcError.is(error) ? error.callId : undefined;
  if (client === undefined) await channel.outcomeOf(callId!, { timeoutMs: 500 });
  else await client.unfinished()[0]!.answer;
} catch (reason) {
  process.stdout.write(RpcError.is(reason) ? reason.codeName : String(reason));
}
