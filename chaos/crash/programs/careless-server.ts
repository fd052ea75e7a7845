import { Credentials, RpcError, Server, Status } from "@redoubt/rpc";
import { CarelessLists } from "../../gen/crash_pb.js";
import { serveCommands } from "../../process/commands.js";
import { REFUSAL } from "../refusal.js";
import { WorldLink } from "../world-link.js";
import type { CrashServer, ServerStart } from "./server.js";

let server: Server | undefined;
const state = new Map<string, string[]>();

/** A server as one writes it who does not think of crashes: what is called again is done again, and state is in memory. */
const commands: CrashServer = {
  async start({ address, world: path, generation }: ServerStart): Promise<number> {
    const world = await WorldLink.open(path, generation);
    server = new Server().add(CarelessLists, {
      async append({ list, name, refuse }) {
        if (refuse) throw new RpcError(Status.FAILED_PRECONDITION, REFUSAL);
        const { length } = await world.append(list, name);
        return { place: length, receipt: `done: ${name}` };
      },
      record({ list, name, refuse }) {
        if (refuse) throw new RpcError(Status.FAILED_PRECONDITION, REFUSAL);
        const names = state.get(list) ?? [];
        state.set(list, [...names, name]);
        return { place: names.length, receipt: `done: ${name}` };
      },
      readRecorded({ list, from }) {
        const names = state.get(list) ?? [];
        return { length: names.length, names: names.slice(from) };
      },
      clearRecorded({ list }) {
        state.delete(list);
        return { isEmpty: true };
      },
    });
    await server.listen(address, Credentials.insecure());
    return 0;
  },
  pid: () => process.pid,
  openIntents: () => 0,
  async close(): Promise<void> {
    await server?.close();
  },
};

serveCommands(commands);
