import {
  Channel,
  Credentials,
  DurableClient,
  fromBinary,
  RpcError,
  stub,
  type UnfinishedCall,
} from "@redoubt/rpc";
import { UsageError } from "./command-line.js";
import { errorLine } from "./error-line.js";
import { Directories, MakeDirArgsSchema } from "./gen/directories_pb.js";
import { painterFor, printable } from "./terminal.js";

export interface CallOptions {
  readonly target: string;
  readonly path: string;
  readonly timeoutMs: number;
}

export interface MakeDirectoryOptions extends CallOptions {
  /** The folder that keeps the call until its answer is there. */
  readonly durable: string | undefined;
  /** The call's name in that folder. */
  readonly key: string | undefined;
}

/** A call in the folder of a durable client. */
export interface DurableName {
  readonly durable: string;
  readonly key?: string | undefined;
}

/** Makes a directory on the server at `target`. Throws RpcError. */
export async function makeDirectory(options: MakeDirectoryOptions): Promise<void> {
  const { target, path, timeoutMs, durable, key } = options;
  if (durable === undefined) {
    await withChannel(target, undefined, (channel) =>
      stub(Directories, channel).makeDirectory({ path }, { timeoutMs }),
    );
    return;
  }
  const client = await openClient(durable);
  try {
    await withChannel(target, client, async (channel) => {
      await finishEarlier(client, { timeoutMs, exceptKey: key });
      await stub(Directories, channel).makeDirectory({ path }, { timeoutMs, key });
    });
  } catch (error) {
    const advice = whatToDo(error, client.unfinished(), { durable, key });
    if (advice !== undefined) console.error(advice);
    throw error;
  } finally {
    await client.close();
  }
}

/** Lets a key name no call any more in the folder of a durable client. */
export async function forgetKey({
  durable,
  key,
}: {
  readonly durable: string;
  readonly key: string;
}): Promise<void> {
  const client = await openClient(durable);
  try {
    await client.forget(key);
  } finally {
    await client.close();
  }
}

/** For a person whose durable call has ended in doubt; `unfinished` are those that go on. */
export function whatToDo(
  error: unknown,
  unfinished: readonly Pick<UnfinishedCall, "id" | "key">[],
  { durable, key }: DurableName,
): string | undefined {
  if (!RpcError.is(error) || error.outcome !== "unknown") return undefined;
  const isIt = (call: Pick<UnfinishedCall, "id" | "key">) =>
    call.id === error.callId || (key !== undefined && call.key === key);
  if (unfinished.some(isIt)) {
    return `The call is kept in ${durable}: the next mkdir with --durable ${durable} goes on with it.`;
  }
  const forget =
    key === undefined
      ? ""
      : ` To make a new call with that key: npm run directories -- forget ${durable} ${key}`;
  return `Nobody can tell any more whether the directory was made by this call: look with ls.${forget}`;
}

/** Prints what is in a directory of the server at `target`. Throws RpcError. */
export async function printDirectory(options: CallOptions & { readonly json: boolean }): Promise<void> {
  const { target, path, timeoutMs, json } = options;
  const { entries } = await withChannel(target, undefined, (channel) =>
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

async function openClient(folder: string): Promise<DurableClient> {
  return DurableClient.open(folder).catch((cause: Error) => {
    throw new UsageError(`Cannot keep calls there: ${cause.message}. Give another folder: --durable DIR`, {
      cause,
    });
  });
}

/** Waits for the calls that earlier commands have left open, and tells how each ended. */
async function finishEarlier(
  client: DurableClient,
  { timeoutMs, exceptKey }: { readonly timeoutMs: number; readonly exceptKey: string | undefined },
): Promise<void> {
  for (const { key, request, answer } of client.unfinished()) {
    if (key !== undefined && key === exceptKey) continue;
    const call = `an earlier mkdir ${printable(fromBinary(MakeDirArgsSchema, request).path)}`;
    console.error(`${call}: ${await ending(answer, timeoutMs)}`);
  }
}

/** How an earlier call ended: one whose answer is still out is no reason to fail. */
async function ending(answer: Promise<unknown>, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve("not answered yet, and kept"), timeoutMs);
  });
  const ended = answer.then(
    () => "done",
    (error: unknown) => (RpcError.is(error) ? errorLine(error) : Promise.reject(error)),
  );
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function withChannel<T>(
  target: string,
  delivery: DurableClient | undefined,
  work: (channel: Channel) => Promise<T>,
): Promise<T> {
  const channel = open(target, delivery);
  try {
    return await work(channel);
  } finally {
    await channel.close();
  }
}

function open(target: string, delivery: DurableClient | undefined): Channel {
  try {
    return new Channel(target, { credentials: Credentials.insecure(), delivery });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new UsageError(`Cannot call that server: ${reason}`, { cause });
  }
}
