import type { StorageFault } from "./storage.js";

/** What the disk is asked to do. */
export type DiskAction =
  | "make"
  | "list"
  | "open"
  | "create"
  | "rename"
  | "remove"
  | "sync"
  | "lock"
  | "unlock"
  | "size"
  | "read"
  | "write"
  | "resize"
  | "close";

/** One thing that a program has asked for. */
export interface DiskOperation {
  /** Counted from 1, over the life of the disk. */
  readonly number: number;
  /** What is done to which kind of file: `segment write`. */
  readonly name: string;
  readonly action: DiskAction;
  readonly path: string;
  /** How many are to be read or written. */
  readonly bytes?: number | undefined;
}

/** How an operation goes wrong. */
export interface DiskFault {
  /** It fails. After a failed sync or durable write nobody knows what is on the disk, and the system forgets that. */
  readonly fails?: StorageFault;
  /** A write takes, a read gives no more than so many bytes, at least one. */
  readonly bytesMax?: number;
}

/** How often what goes wrong by itself. */
export interface FaultRates {
  /** Of reads and writes: fewer bytes than asked. */
  readonly short?: number;
  /** Of syncs and durable writes: they fail. */
  readonly sync?: number;
  /** Of what takes room: there is none. */
  readonly full?: number;
}

/** Faults at random. */
export function randomFaults(
  rates: FaultRates,
  random: () => number,
): (operation: DiskOperation) => DiskFault | undefined {
  return ({ action }) => {
    const isWrite = action === "write";
    const happens = (rate: number | undefined) => rate !== undefined && random() < rate;
    if ((isWrite || action === "sync") && happens(rates.sync)) return { fails: "other" };
    if ((isWrite || action === "create" || action === "resize") && happens(rates.full))
      return { fails: "full" };
    if ((isWrite || action === "read") && happens(rates.short))
      return { bytesMax: 1 + Math.floor(random() * 700) };
    return undefined;
  };
}
