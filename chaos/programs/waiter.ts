/** A program whose only work is one call to a server that is not there, with a connection that is never made. */
import { Channel, Credentials, RpcError, stub } from "@redoubt/rpc";
import { Waiter } from "../gen/waiter_pb.js";

const [, , call] = process.argv;
const waiter = stub(Waiter, new Channel("127.0.0.1:1", { credentials: Credentials.insecure() }));
const options = { timeoutMs: 300, waitForReady: call === "once" };

const calls = { once: waiter.once, again: waiter.again, exactly: waiter.exactly };
try {
  await calls[call as keyof typeof calls]({}, options);
} catch (error) {
  process.stdout.write(RpcError.is(error) ? error.codeName : String(error));
}
