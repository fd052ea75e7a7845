import { basename, dirname } from "node:path";
import { descriptorOf, hasSucceeded, quoted, type SystemCall } from "./trace.js";

/**
 * What a trace says about when bytes and names were durable. Whoever knows a text that stands in a record, and again in what
 * leaves once the record is durable, can ask for both.
 */
export class Durability {
  private readonly calls: readonly SystemCall[];
  private readonly folder: string;
  /** When what was written by a call was durable: the place in the trace. */
  private readonly durableAt = new Map<SystemCall, number>();

  /** Of what happens in `folder`, a real path. */
  constructor(calls: readonly SystemCall[], folder: string) {
    this.calls = calls;
    this.folder = folder;
    this.findDurable();
  }

  /** Where the first durable write of `text` to a file of the folder has become durable; undefined if there is none. */
  recorded(text: string): number | undefined {
    const places = this.writes(text).flatMap((call) => this.durableAt.get(call) ?? []);
    return places.length === 0 ? undefined : Math.min(...places);
  }

  /** Where `text` has begun to leave through a socket, each time. */
  sent(text: string): readonly number[] {
    const sends = this.calls.filter(
      (call) => SENDS.test(call.name) && isSocket(call) && call.args.includes(text),
    );
    return sends.map(({ entered }) => entered);
  }

  /** What leaves before it is durable, in sentences; `text` has to leave at least once. */
  early(recorded: string, sent: string): readonly string[] {
    const durable = this.recorded(recorded);
    if (durable === undefined) return [`${recorded} was never recorded`];
    const places = this.sent(sent);
    if (places.length === 0) return [`${sent} was never sent`];
    return places
      .filter((place) => place <= durable)
      .map(
        (place) =>
          `${sent} leaves in line ${place + 1}, before ${recorded} is durable in line ${durable + 1}`,
      );
  }

  /**
   * Names that are relied on before they are durable, in sentences: a file that was renamed has bytes written to it that are to
   * be durable, or a file is removed that a checkpoint replaces. So are names that are there in the end and never durable;
   * not where the program was killed, which may have come in between.
   */
  volatileNames({ wasKilled = false } = {}): readonly string[] {
    const found: string[] = [];
    for (const change of this.calls.filter((call) => this.isNaming(call))) {
      const synced = this.folderSynced(change);
      const relying = this.calls.find(
        (call) => call.entered > change.returned && call.entered < synced && this.reliesOn(call, change),
      );
      if (relying !== undefined)
        found.push(
          `${nameOf(change)} of line ${change.entered + 1} is relied on in line ${relying.entered + 1}, and not durable`,
        );
      else if (synced === Infinity && !wasKilled && !this.isGone(change))
        found.push(`${nameOf(change)} of line ${change.entered + 1} is never made durable`);
    }
    return found;
  }

  /** What the main thread has done with files of the folder, in sentences: it has to wait for the disk then. */
  onMainThread(): readonly string[] {
    const main = this.calls[0]?.thread;
    return this.calls
      .filter((call) => call.thread === main && this.isInFolder(call))
      .map(
        (call) =>
          `the main thread itself does ${call.name}(${call.args.slice(0, 100)} in line ${call.entered + 1}`,
      );
  }

  /** How often the folder itself was synced. */
  get folderSyncs(): number {
    return this.calls.filter((call) => this.isFolderSync(call)).length;
  }

  /** How many writes of the folder's files were durable in themselves. */
  get durableWrites(): number {
    return this.durableAt.size;
  }

  private findDurable(): void {
    /** Whether a descriptor was opened to write through. */
    const writesThrough = new Map<number, boolean>();
    const unsynced = new Map<number, SystemCall[]>();
    for (const call of [...this.calls].sort((a, b) => a.returned - b.returned)) {
      if (!hasSucceeded(call)) continue;
      if (call.name === "openat" || call.name === "open")
        writesThrough.set(Number.parseInt(call.result ?? "", 10), /O_D?SYNC/.test(call.args));
      const descriptor = descriptorOf(call);
      if (descriptor === undefined || !this.isInFolder(call)) continue;
      const { number } = descriptor;
      if (WRITES.test(call.name)) {
        if (writesThrough.get(number)) this.durableAt.set(call, call.returned);
        else unsynced.set(number, [...(unsynced.get(number) ?? []), call]);
      }
      if (call.name === "fsync" || call.name === "fdatasync") {
        const covered = (unsynced.get(number) ?? []).filter(({ returned }) => returned < call.entered);
        for (const write of covered) this.durableAt.set(write, call.returned);
        unsynced.set(
          number,
          (unsynced.get(number) ?? []).filter((write) => !covered.includes(write)),
        );
      }
    }
  }

  private writes(text: string): readonly SystemCall[] {
    return this.calls.filter(
      (call) => WRITES.test(call.name) && this.isInFolder(call) && call.args.includes(text),
    );
  }

  private isNaming(call: SystemCall): boolean {
    if (!hasSucceeded(call)) return false;
    if (call.name.startsWith("rename")) return quoted(call).some((path) => dirname(path) === this.folder);
    const path = quoted(call)[0];
    return /^open/.test(call.name) && call.args.includes("O_CREAT") && this.isJournalFile(path);
  }

  /** The lock's name says nothing. */
  private isJournalFile(path: string | undefined): boolean {
    return path !== undefined && dirname(path) === this.folder && path !== `${this.folder}/lock`;
  }

  /** When the folder was synced, from after the change on. */
  private folderSynced({ returned }: SystemCall): number {
    const syncs = this.calls.filter((call) => this.isFolderSync(call) && call.entered > returned);
    return Math.min(...syncs.map((call) => call.returned));
  }

  /** What was made by the call has another name since, or is there no more. */
  private isGone(change: SystemCall): boolean {
    const name = nameOf(change);
    return this.calls.some(
      (call) =>
        call.entered > change.returned &&
        hasSucceeded(call) &&
        /^(rename|unlink)/.test(call.name) &&
        quoted(call)[0] === name,
    );
  }

  private isFolderSync(call: SystemCall): boolean {
    return call.name === "fsync" && hasSucceeded(call) && descriptorOf(call)?.path === this.folder;
  }

  private reliesOn(call: SystemCall, change: SystemCall): boolean {
    if (!change.name.startsWith("rename")) return false;
    const file = nameOf(change);
    if (call.name.startsWith("unlink"))
      return basename(file).startsWith("checkpoint-") && this.isInFolder(call);
    return WRITES.test(call.name) && descriptorOf(call)?.path === file;
  }

  private isInFolder(call: SystemCall): boolean {
    const descriptor = descriptorOf(call);
    if (descriptor !== undefined) return isBelow(descriptor.path, this.folder);
    return PATHS.test(call.name) && quoted(call).some((path) => isBelow(path, this.folder));
  }
}

const WRITES = /^p?writev?2?(64)?$/;
const SENDS = /^(writev?|send(to|m?msg))$/;
const PATHS = /^(open|creat|rename|unlink|mkdir|stat|lstat|newfstatat)/;

/** What a file is called after it was made or renamed. */
function nameOf(call: SystemCall): string {
  return quoted(call).at(call.name.startsWith("rename") ? -1 : 0) ?? "";
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function isSocket(call: SystemCall): boolean {
  return /^(socket:|TCP|UNIX)/.test(descriptorOf(call)?.path ?? "");
}
