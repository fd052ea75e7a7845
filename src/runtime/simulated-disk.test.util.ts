import { type CrashLimits, crashImage, crashImages } from "./simulated-crash.test.util.js";
import type { DiskAction, DiskFault, DiskOperation } from "./simulated-faults.test.util.js";
import { type Pick, SimulatedFile } from "./simulated-file.test.util.js";
import type { DiskImage } from "./simulated-image.test.util.js";
import { SectorTable } from "./simulated-sectors.test.util.js";
import { SimulatedStorage } from "./simulated-storage.test.util.js";
import { SimulatedTree } from "./simulated-tree.test.util.js";
import { StorageError } from "./storage.js";

export type { DiskFault, DiskOperation } from "./simulated-faults.test.util.js";
export { DiskImage } from "./simulated-image.test.util.js";
export { SECTOR_BYTES, SectorTable } from "./simulated-sectors.test.util.js";

/** Where in an operation the disk is: it has been asked for, it may have happened in part, it has happened. */
export type DiskPhase = "before" | "middle" | "after";

export interface DiskOptions {
  /** Calls `event` later, in a callback of its own: in the order of these calls, or in any other. */
  post(event: () => void, operation: DiskOperation): void;
  random(): number;
  /** What a path is, for the names of operations; default: "file". */
  kindOf?(path: string): string;
  /** The room that there is; default: without end. */
  quotaBytes?: number;
  /** Whether {@link SimulatedDisk.trace} is kept. */
  isTraced?: boolean;
  /** For disks whose images are to be compared with those of others; default: the image's, or a new one. */
  table?: SectorTable;
}

/**
 * A disk with the cache of the system above it, for programs that claim to survive the loss of either: strict, in that
 * it promises nothing beyond what {@link Storage} says.
 *
 * What was written and not synced may be on the disk or not, sector by sector, in any order. What a folder holds
 * likewise, name by name, until `syncFolder`. A sync of a file or a durable write that has failed is forgotten: the
 * cache shows what was written, and syncing again does nothing. Operations end when `post` says; until then they may have
 * happened in part.
 */
export class SimulatedDisk {
  /** Asked at the beginning of each operation. */
  faults: ((operation: DiskOperation) => DiskFault | undefined) | undefined;
  /** Told where each operation is; may kill the program there, or keep a copy of the disk. */
  onMoment: ((operation: DiskOperation, phase: DiskPhase) => void) | undefined;
  quotaBytes: number | undefined;
  /** If wanted: operations, phases and what they brought, the same for the same program, schedule and seed. */
  readonly trace: string[] = [];
  readonly tree: SimulatedTree;
  readonly table: SectorTable;
  readonly pick: Pick;
  /** Who has the lock on which folder. */
  readonly locks = new Map<string, DiskUser>();
  private readonly options: DiskOptions;
  private readonly underWay: Set<number>;
  private operations: number;

  constructor(options: DiskOptions, start: { image?: DiskImage; copied?: SimulatedDisk } = {}) {
    const { image, copied } = start;
    this.options = options;
    this.quotaBytes = options.quotaBytes;
    this.pick = (choices) => Math.floor(options.random() * choices);
    this.table = copied?.table ?? image?.table ?? options.table ?? new SectorTable();
    this.tree = copied?.tree.copy() ?? (image === undefined ? new SimulatedTree() : SimulatedTree.of(image));
    this.underWay = new Set(copied?.underWay);
    this.operations = copied?.operations ?? 0;
  }

  /** Storage for one program, which may be killed. */
  start(): SimulatedStorage {
    return new SimulatedStorage(this);
  }

  /** A disk in the state of this one that goes its own way. */
  copy(options: Partial<DiskOptions> = {}): SimulatedDisk {
    return new SimulatedDisk({ ...this.options, quotaBytes: this.quotaBytes, ...options }, { copied: this });
  }

  /** What is on the disk if the power fails now: one of many possibilities. */
  crash(): DiskImage {
    return crashImage(this.tree, this.table, this.pick);
  }

  /** All that may be on the disk if the power fails now, each once, as far as `limits` go. */
  crashes(limits?: CrashLimits): Generator<DiskImage> {
    return crashImages(this.tree, this.table, this.pick, limits);
  }

  /** Ends what is under way for a program that is gone: it has happened as far as `pick` says. */
  interrupt(ids: Iterable<number> = [...this.underWay], pick: Pick = this.pick): void {
    const interrupted = [...ids];
    this.tree.interrupt(interrupted, pick);
    for (const id of interrupted) this.underWay.delete(id);
  }

  /** The system drops from its cache what it takes for written. */
  evict(): void {
    this.tree.evict(this.pick);
  }

  newFile(path: string): SimulatedFile {
    return new SimulatedFile(path, this.table);
  }

  /** The room that is left. */
  get freeBytes(): number {
    return this.quotaBytes === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(0, this.quotaBytes - this.tree.allocatedBytes);
  }

  /** Runs an operation for a program: `begin` starts it, what it returns ends it. Never settles once the program is dead. */
  perform<T>(program: DiskUser, asked: Asked, begin: (id: number, fault: DiskFault) => () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!program.isAlive) return;
      const operation = this.operation(asked);
      const id = operation.number;
      program.onOperation?.(operation);
      this.moment(operation, "before");
      if (!program.isAlive) return;
      const begun = attempt(() => begin(id, this.faults?.(operation) ?? {}));
      program.underWay.add(id);
      this.underWay.add(id);
      this.moment(operation, "middle");
      this.options.post(() => {
        if (!program.isAlive) return;
        const ended = "error" in begun ? begun : attempt(begun.value);
        program.underWay.delete(id);
        this.underWay.delete(id);
        this.moment(
          operation,
          "after",
          "error" in ended ? ended.error.fault : typeof ended.value === "number" ? ended.value : "",
        );
        if (!program.isAlive) return;
        if ("error" in ended) program.onFault?.(operation);
        if ("error" in ended) reject(ended.error);
        else resolve(ended.value);
      }, operation);
    });
  }

  private operation({ action, path, kind, bytes }: Asked): DiskOperation {
    const name = `${kind ?? this.options.kindOf?.(path) ?? "file"} ${action}`;
    return { number: ++this.operations, name, action, path, bytes };
  }

  private moment(operation: DiskOperation, phase: DiskPhase, told: string | number = ""): void {
    if (this.options.isTraced)
      this.trace.push(`${operation.number} ${operation.name} ${operation.path} ${phase} ${told}`);
    this.onMoment?.(operation, phase);
  }
}

/** A program, as the disk knows it. */
export interface DiskUser {
  readonly isAlive: boolean;
  /** The numbers of its operations that have begun and not ended. */
  readonly underWay: Set<number>;
  readonly onOperation?: ((operation: DiskOperation) => void) | undefined;
  readonly onFault?: ((operation: DiskOperation) => void) | undefined;
}

/** What a program asks for; files are of the kind that their path says. */
export interface Asked {
  readonly action: DiskAction;
  readonly path: string;
  readonly bytes?: number;
  readonly kind?: "folder";
}

/** What comes of it; an error that is none of the storage's is a bug of the program or of the simulation. */
function attempt<T>(action: () => T): { readonly value: T } | { readonly error: StorageError } {
  try {
    return { value: action() };
  } catch (error) {
    if (error instanceof StorageError) return { error };
    throw error;
  }
}
