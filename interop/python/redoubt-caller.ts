import { Channel, Credentials, type Metadata, type MetadataValue, RpcError, stub } from "@redoubt/rpc";
import { Directories } from "../../examples/directories/gen/directories_pb.js";
import { withoutPromises } from "../without-promises.js";
import type { Answer, Caller, Request } from "./answer.js";

/** Python's server keeps no promises. */
const AtMostOnce = withoutPromises(Directories);

/** Calls through Redoubt's own client. */
export class RedoubtCaller implements Caller {
  readonly #channel: Channel;

  constructor(target: string) {
    this.#channel = new Channel(target, { credentials: Credentials.insecure() });
  }

  async call({ method, path, timeoutMs, metadata = [] }: Request): Promise<Answer> {
    const directories = stub(AtMostOnce, this.#channel);
    const startMs = performance.now();
    let trailers: Answer["trailers"] = [];
    const options = {
      timeoutMs,
      metadata: metadata.map(fromText),
      onTrailers: (received: Metadata) => {
        trailers = Array.from(received, toText);
      },
    };
    const finished = () => ({ trailers, tookMs: performance.now() - startMs });
    try {
      if (method === "MakeDirectory") {
        await directories.makeDirectory({ path }, options);
        return { code: "OK", message: "", entries: [], ...finished() };
      }
      const list = await directories.listDirectory({ path }, options);
      const entries = list.entries.map(({ name, isDirectory }) => [name, isDirectory] as const);
      return { code: "OK", message: "", entries, ...finished() };
    } catch (error) {
      if (!RpcError.is(error)) throw error;
      trailers = Array.from(error.metadata, toText);
      const { codeName: code, message, outcome } = error;
      return { code, message, outcome, entries: [], ...finished() };
    }
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }
}

function fromText([key, value]: readonly [string, string]): [string, MetadataValue] {
  return [key, key.endsWith("-bin") ? Buffer.from(value, "base64") : value];
}

function toText([key, value]: readonly [string, MetadataValue]): [string, string] {
  return [key, typeof value === "string" ? value : Buffer.from(value).toString("base64")];
}
