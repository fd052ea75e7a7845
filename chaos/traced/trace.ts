/** A system call of a traced process. `entered` and `returned` are places in the order of all that happened. */
export interface SystemCall {
  /** The thread; the first one's is the process's own. */
  readonly thread: number;
  readonly name: string;
  /** As strace prints them: descriptors with what they are, bytes as text. */
  readonly args: string;
  readonly entered: number;
  /** Infinity where the trace ends before. */
  readonly returned: number;
  /** Undefined where the trace ends before. */
  readonly result: string | undefined;
}

/** The calls that matter here. A `?` is for those that not every machine has. */
const CALLS = [
  "openat ?open ?creat close read pread64 ?preadv ?preadv2 write pwrite64 writev ?pwritev ?pwritev2 fsync fdatasync",
  "ftruncate ?fallocate ?rename ?renameat ?renameat2 ?unlink ?unlinkat ?mkdir ?mkdirat sendto sendmsg ?sendmmsg",
  "?getdents64 ?stat ?lstat ?newfstatat ?statx",
].flatMap((line) => line.split(" "));

/** What strace is told, to be followed by the command: all threads and children, paths of descriptors, all bytes. */
export function straceArguments(output: string): string[] {
  return [
    "-f",
    "-y",
    "-qq",
    "-s",
    "100000000",
    "-o",
    output,
    "-e",
    `trace=${CALLS.join()}`,
    "-e",
    "signal=none",
  ];
}

/** Reads what strace has written, in the order of entering. */
export function parseTrace(text: string): readonly SystemCall[] {
  const calls: Mutable<SystemCall>[] = [];
  /** By thread: what it has entered and not left. */
  const open = new Map<string, Mutable<SystemCall>>();
  for (const [line, content] of text.split("\n").entries()) {
    const [, thread, rest] = /^(\d+)\s+(.*)$/.exec(content) ?? [];
    if (thread === undefined) continue;
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest);
    if (resumed !== null) {
      const call = open.get(thread);
      if (call !== undefined) end(call, call.args + resumed[2], line);
      continue;
    }
    const [, name, after] = /^(\w+)\((.*)$/.exec(rest) ?? [];
    if (name === undefined) continue;
    const call = {
      thread: Number(thread),
      name,
      args: after,
      entered: line,
      returned: Infinity,
      result: undefined,
    };
    calls.push(call);
    if (after.endsWith(UNFINISHED)) {
      call.args = after.slice(0, -UNFINISHED.length);
      open.set(thread, call);
    } else end(call, after, line);
  }
  return calls;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const UNFINISHED = " <unfinished ...>";

/** `"a", 1) = 2` */
function end(call: Mutable<SystemCall>, text: string, line: number): void {
  const [, args = text, result] = /^(.*)\)\s+= (.*)$/.exec(text) ?? [];
  call.args = args;
  call.result = result;
  call.returned = line;
}

/** `{ number: 18, path: "/tmp/a" }` of a call whose first argument is a descriptor. */
export function descriptorOf({ args }: SystemCall): { number: number; path: string } | undefined {
  const [, number, path] = /^(\d+)<([^>]*)>/.exec(args) ?? [];
  return number === undefined ? undefined : { number: Number(number), path };
}

export function hasSucceeded({ result }: SystemCall): boolean {
  return result !== undefined && !result.startsWith("-1 ");
}

/** The texts in quotes among the arguments: paths, where the call takes paths. */
export function quoted({ args }: SystemCall): readonly string[] {
  return [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text);
}
