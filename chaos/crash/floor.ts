import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a journal's folder holds. */
export interface FolderSize {
  readonly bytes: number;
  /** In the newest checkpoint: how many records, and how many of each kind where their kinds are known. */
  readonly records: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** Whether all of it can be read. */
  readonly isWhole: boolean;
}

/** How much a journal may hold that remembers nothing but who it is. */
export interface FolderFloor {
  readonly bytes: number;
  readonly records: number;
  /** By kind; of all others there are none. */
  readonly kinds?: Readonly<Record<string, number>>;
}

/** Parts of what `redoubt journal inspect --json` says. */
interface Inspected {
  readonly ok: boolean;
  /** Newest first. */
  readonly checkpoints: readonly {
    readonly records?: number;
    readonly kinds?: readonly { readonly kind: string; readonly count: number }[];
  }[];
}

/** Of a folder that is there, and of what the command has said about it; files may come and go meanwhile. */
export function sizeOf(folder: string, inspected: string): FolderSize {
  const { ok, checkpoints } = JSON.parse(inspected) as Inspected;
  const bytes = readdirSync(folder).map((name) => bytesOf(join(folder, name)));
  const newest = checkpoints[0];
  return {
    bytes: bytes.reduce((sum, each) => sum + each, 0),
    records: newest?.records ?? 0,
    kinds: Object.fromEntries((newest?.kinds ?? []).map(({ kind, count }) => [kind, count])),
    isWhole: ok,
  };
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What is there beyond the floor, in words. */
export function aboveFloor({ bytes, records, kinds, isWhole }: FolderSize, floor: FolderFloor): string[] {
  const found: string[] = [];
  if (!isWhole) found.push("it is damaged");
  if (bytes > floor.bytes) found.push(`it has ${bytes} bytes on disk, where ${floor.bytes} would do`);
  if (records === 0) found.push("it has no checkpoint");
  if (records > floor.records)
    found.push(`its checkpoint has ${records} records, where ${floor.records} would do`);
  if (floor.kinds === undefined) return found;
  if (records > 0 && Object.keys(kinds).length === 0) found.push("nobody can tell what its records are");
  for (const [kind, count] of Object.entries(kinds)) {
    const most = floor.kinds[kind] ?? 0;
    if (count > most) found.push(`its checkpoint has ${count} records of ${kind}, where ${most} would do`);
  }
  return found;
}

/** Two checkpoints are kept, each for two segments of log, and what came since, with one segment ahead. */
const SEGMENTS_MAX = 10;

/** Who it is, and the methods; the durable client's session, and the call that it makes just now, with the one before. */
const HOME_KINDS = { home: 1, method: 3, session: 1, "open-call": 1, "answered-call": 2 };

export function homeFloor(segmentBytes: number): FolderFloor {
  const records = Object.values(HOME_KINDS).reduce((sum, count) => sum + count, 0);
  return { bytes: SEGMENTS_MAX * segmentBytes, records, kinds: HOME_KINDS };
}

/** The session, and how far its numbers go; a call that is made just now, and the answer before. */
const CLIENT_RECORDS = 4;

export function clientFloor(segmentBytes: number): FolderFloor {
  return { bytes: SEGMENTS_MAX * segmentBytes, records: CLIENT_RECORDS };
}
