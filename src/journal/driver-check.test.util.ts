import * as fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nodeRuntime } from "../runtime/node.js";
import { nodeStorage, type StorageCalls } from "../runtime/node-storage.js";
import { expectNone, type Oracle, type Violation, ViolationError } from "./crash-violation.test.util.js";
import { Journal } from "./journal.js";
import { JournalError } from "./journal-error.js";

/** A journal on the real disk: its calls are watched, and two programs want it. */
export async function expectSafeDriver(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "redoubt-driver-"));
  try {
    const folder = join(root, "new", "journal");
    for (let opening = 0; opening < 2; opening++) await useJournal(folder);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function useJournal(folder: string): Promise<void> {
  const watch = new Watch();
  const runtime = { ...nodeRuntime(), storage: nodeStorage(watch.calls) };
  const journal = await Journal.open(folder, undefined, { runtime, segmentBytes: 4096 });
  try {
    watch.expectSynced(dirname(folder), folder);
    for (let count = 0; count < 8; count++) {
      await journal.append(new Uint8Array(1_000));
      watch.expectNothingDirty();
    }
    await expectLocked(folder);
  } finally {
    await journal.close();
  }
  expectNone(watch.problems);
}

async function expectLocked(folder: string): Promise<void> {
  const error = await Journal.open(folder, undefined, { segmentBytes: 4096 }).then(
    (journal) => journal.close(),
    (error: unknown) => error,
  );
  if (error instanceof JournalError && error.fault === "locked") return;
  throw new ViolationError({ oracle: "one-writer", detail: `it can be opened twice: ${error}` });
}

type Done = (error: Error | null, result?: unknown) => void;

/** Sees each call of `node:fs` begin and end. */
class Watch {
  readonly problems: Violation[] = [];
  readonly calls: StorageCalls;
  /** Names that were given, and that no sync of their folder has covered since. */
  private readonly unsynced = new Set<string>();
  private readonly synced = new Set<string>();
  /** Files with something that no sync has covered. */
  private readonly dirty = new Map<number, string>();
  private readonly open = new Map<number, { readonly path: string; readonly writesThrough: boolean }>();

  constructor() {
    const calls: Record<string, unknown> = { ...fs };
    for (const [name, watched] of Object.entries(this.watched)) {
      const real = (fs as unknown as Record<string, (...args: unknown[]) => void>)[name];
      calls[name] = (...args: unknown[]) => {
        const ended = watched(...(args as never[]));
        const done = args.pop() as Done;
        real(...args, ((error, result) => {
          if (error === null) ended(result);
          done(error, result);
        }) satisfies Done);
      };
    }
    this.calls = calls as unknown as StorageCalls;
  }

  /** What begins with each call; what is returned is told of its end. */
  private readonly watched: Readonly<Record<string, (...args: never[]) => (result: unknown) => void>> = {
    mkdir: (path: string) => {
      this.relyOn(dirname(path));
      return () => this.unsynced.add(path);
    },
    open: (path: string, flags: string | number) => {
      const isCreated = typeof flags === "number" && (flags & fs.constants.O_CREAT) !== 0;
      if (isCreated) this.relyOn(dirname(path));
      const writesThrough = typeof flags === "number" && (flags & fs.constants.O_DSYNC) !== 0;
      return (fd) => this.open.set(fd as number, { path, writesThrough });
    },
    rename: (from: string, to: string) => () => {
      for (const [fd, file] of this.open) if (file.path === from) this.open.set(fd, { ...file, path: to });
      this.unsynced.add(to);
    },
    write: (fd: number) => {
      const { path, writesThrough } = this.open.get(fd)!;
      this.relyOn(path);
      return () => {
        if (!writesThrough) this.dirty.set(fd, path);
      };
    },
    fdatasync: (fd: number) => () => this.dirty.delete(fd),
    fsync: (fd: number) => {
      const { path } = this.open.get(fd)!;
      const covered = [...this.unsynced].filter((name) => dirname(name) === path);
      return () => {
        this.synced.add(path);
        for (const name of covered) this.unsynced.delete(name);
      };
    },
  };

  /** The journal is open: its names are durable, whoever has given them. */
  expectSynced(...folders: readonly string[]): void {
    for (const folder of folders) {
      this.relyOn(folder);
      if (!this.synced.has(folder)) this.tell("names-are-durable", `${folder} was not synced`);
    }
    expectNone(this.problems);
  }

  /** Something was acknowledged. */
  expectNothingDirty(): void {
    for (const path of this.dirty.values()) this.tell("acknowledged-is-there", `${path} is not synced`);
    expectNone(this.problems);
  }

  private relyOn(path: string): void {
    if (this.unsynced.has(path))
      this.tell("names-are-durable", `${path} is relied on, and its name not synced`);
  }

  private tell(oracle: Oracle, detail: string): void {
    this.problems.push({ oracle, detail });
  }
}
