import { Channel, Credentials, stub } from "@redoubt/rpc";
import { UsageError } from "./command-line.js";
import { Directories } from "./gen/directories_pb.js";
import { painterFor, printable } from "./terminal.js";

export interface CallOptions {
  readonly target: string;
  readonly path: string;
  readonly timeoutMs: number;
}

/** Makes a directory on the server at `target`. Throws RpcError. */
export async function makeDirectory({ target, path, timeoutMs }: CallOptions): Promise<void> {
  await withChannel(target, (channel) => stub(Directories, channel).makeDirectory({ path }, { timeoutMs }));
}

/** Prints what is in a directory of the server at `target`. Throws RpcError. */
export async function printDirectory(options: CallOptions & { readonly json: boolean }): Promise<void> {
  const { target, path, timeoutMs, json } = options;
  const { entries } = await withChannel(target, (channel) =>
    stub(Directories, channel).listDirectory({ path }, { timeoutMs }),
  );
  if (json) {
    console.log(JSON.stringify(entries.map(({ name, isDirectory }) => ({ name, isDirectory }))));
    return;
  }
  const paint = painterFor(process.stdout);
  for (const { name, isDirectory } of entries) {
    console.log(isDirectory ? paint("blue", `${printable(name)}/`) : printable(name));
  }
}

async function withChannel<T>(target: string, work: (channel: Channel) => Promise<T>): Promise<T> {
  const channel = open(target);
  try {
    return await work(channel);
  } finally {
    await channel.close();
  }
}

function open(target: string): Channel {
  try {
    return new Channel(target, { credentials: Credentials.insecure() });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new UsageError(`Cannot call that server: ${reason}`, { cause });
  }
}
