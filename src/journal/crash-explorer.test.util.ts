import { crc32 } from "node:zlib";
import { seededRandom } from "../runtime/seeded-random.test.util.js";
import { CRASH_LIMITS, type CrashLimits } from "../runtime/simulated-crash.test.util.js";
import {
  type DiskImage,
  type DiskOperation,
  type DiskOptions,
  type DiskPhase,
  SectorTable,
  SimulatedDisk,
} from "../runtime/simulated-disk.test.util.js";
import { SimulatedWorld } from "../runtime/simulated-world.test.util.js";
import { type Found, History } from "./crash-history.test.util.js";
import { FOLDER, Life } from "./crash-life.test.util.js";
import { type Violation, violationOf } from "./crash-violation.test.util.js";
import { namedFile } from "./file-names.js";
import { JournalError } from "./journal-error.js";

/** A disk in the midst of things, and what was known outside at that moment. */
export interface Moment {
  readonly disk: SimulatedDisk;
  readonly history: History;
  readonly name: string;
  /** Where in which operation it is. */
  readonly phase: DiskPhase;
}

/** What becomes of an image when a journal is opened on it. */
interface Recovery {
  /** What was found; undefined if opening failed. */
  readonly found: Found | undefined;
  /** Why it could not be opened. */
  readonly problems: readonly Violation[];
  /** What a crash during the recovery may leave. */
  crashes(): Promise<readonly DiskImage[]>;
}

export function newDisk(
  world: SimulatedWorld,
  image?: DiskImage,
  options: Partial<DiskOptions> = {},
): SimulatedDisk {
  return new SimulatedDisk({ post: world.post, random: seededRandom(1), kindOf, ...options }, { image });
}

/** What a file of a journal is, for the names of crash points. */
export function kindOf(path: string): string {
  const { kind } = namedFile(path.slice(FOLDER.length + 1));
  if (kind !== "unfinished") return kind;
  return path.includes("segment") ? "new segment" : "new checkpoint";
}

/** How far an {@link Explorer} goes. */
export interface ExploreOptions {
  /** How often a recovery is crashed again; default: 1. */
  readonly depth?: number;
  /** Of how many states that is done, the same ones each time; default: 1, of all. The others are recovered. */
  readonly portion?: number;
  /** Whether a journal that was recovered is crashed again when it goes on; default: false, it only has to go on well. */
  readonly goesOn?: boolean;
  readonly limits?: CrashLimits;
}

/**
 * Looks at what becomes of a journal after each crash: opens it on the image, compares with what was known outside, goes on
 * working with it, and crashes the recovery itself. Images that come again are opened only once.
 */
export class Explorer {
  /** Disks on which a journal was opened, and comparisons with what was known. */
  readonly counts = { recoveries: 0, states: 0, again: 0, later: 0 };
  readonly problems: Violation[] = [];
  /** That of all disks that are explored: by it their images are told apart. */
  readonly table = new SectorTable();
  private readonly recoveries = new Map<string, Promise<Recovery>>();
  private readonly gone = new Set<string>();
  private readonly options: Required<ExploreOptions>;

  constructor(options: ExploreOptions = {}) {
    this.options = { depth: 1, portion: 1, goesOn: false, limits: CRASH_LIMITS, ...options };
  }

  /** The power fails at this moment. */
  async explore({ disk, history, name }: Omit<Moment, "phase">): Promise<void> {
    for (const image of disk.crashes(this.options.limits)) await this.check(image, history, name);
  }

  /** All that may be on the disk after a crash, and after crashes of the recovery from it. */
  async check(image: DiskImage, history: History, name: string): Promise<void> {
    const seen = new Set([image.key]);
    let images: readonly DiskImage[] = [image];
    const isThorough = (crc32(image.key) % 1_000) / 1_000 < this.options.portion;
    const levels = isThorough ? this.options.depth : 0;
    for (let depth = 0; depth <= levels && images.length > 0; depth++) {
      const next: DiskImage[] = [];
      for (const each of images) {
        const recovery = await this.recovery(each);
        if (depth === 0) this.counts.states++;
        else this.counts.again++;
        const problems = [
          ...recovery.problems,
          ...(depth === 0 && isThorough ? await this.goOn(each) : []),
          ...(recovery.found === undefined ? [] : history.contradictions(recovery.found)),
        ];
        for (const { oracle, detail } of problems)
          this.problems.push({
            oracle,
            detail: `${name}${", crashed again".repeat(depth)}: ${detail}\n${told(each)}`,
          });
        if (depth === levels) continue;
        for (const crash of await recovery.crashes()) {
          if (seen.has(crash.key)) continue;
          seen.add(crash.key);
          next.push(crash);
        }
      }
      images = next;
    }
  }

  private recovery(image: DiskImage): Promise<Recovery> {
    if (image.table !== this.table) throw new Error("an image of other sectors");
    let recovery = this.recoveries.get(image.key);
    if (recovery === undefined) {
      recovery = this.recover(image);
      this.recoveries.set(image.key, recovery);
    }
    return recovery;
  }

  private async recover(image: DiskImage): Promise<Recovery> {
    this.counts.recoveries++;
    let crashes: Promise<readonly DiskImage[]> | undefined;
    const opened = {
      crashes: () => (crashes ??= this.crashesOf(image)),
    };
    const world = new SimulatedWorld();
    const life = newLife(world, newDisk(world, image));
    try {
      return { ...opened, found: await world.outcome(life.open()), problems: [] };
    } catch (error) {
      return { ...opened, found: undefined, problems: [violationOf(error, "opens-again")] };
    }
  }

  /** Crashes the recovery from `image` at each of its operations. */
  private async crashesOf(image: DiskImage): Promise<readonly DiskImage[]> {
    const world = new SimulatedWorld();
    const disk = newDisk(world, image);
    const crashes = new Map<string, DiskImage>();
    const collect = () => {
      for (const crash of disk.crashes(this.options.limits)) crashes.set(crash.key, crash);
    };
    // What is there before and after an operation is also there in the middle of it.
    disk.onMoment = (operation, phase) => {
      if (phase === "middle" && isChange(operation)) collect();
    };
    await world.outcome(newLife(world, disk).open());
    collect();
    return [...crashes.values()];
  }

  /** What goes wrong when a journal that was recovered takes a record and is opened again, and when it crashes meanwhile. */
  private async goOn(image: DiskImage): Promise<Violation[]> {
    if (this.gone.has(image.key)) return [];
    this.gone.add(image.key);
    const world = new SimulatedWorld();
    const disk = newDisk(world, image);
    const life = newLife(world, disk);
    const moments: Moment[] = [];
    try {
      life.history.opened(await world.outcome(life.open()));
      if (this.options.goesOn) disk.onMoment = watch(disk, life.history, (moment) => moments.push(moment));
      await world.outcome(life.step("small"));
      await world.outcome(life.step("reopen"));
      await world.outcome(life.step("close"));
    } catch (error) {
      const isRefused = error instanceof JournalError && error.fault === "corrupt";
      return [violationOf(error, isRefused ? "opens-again" : "goes-on", "after the recovery")];
    }
    for (const { disk, history, name } of moments) {
      for (const crash of disk.crashes(this.options.limits)) {
        this.counts.later++;
        const { problems, found } = await this.recovery(crash);
        const contradictions = found === undefined ? problems : history.contradictions(found);
        if (contradictions.length === 0) continue;
        const [{ oracle, detail }] = contradictions;
        return [{ oracle, detail: `then ${name}: ${detail}\n${told(crash)}` }];
      }
    }
    return [];
  }
}

/** A life that goes on with a journal of which it knows nothing. */
function newLife(world: SimulatedWorld, disk: SimulatedDisk): Life {
  return new Life(world, disk, new History(), { firstNumber: LATER_NUMBERS, seed: SEED });
}

/** Gives a copy of the disk and of what is known wherever one of them may have changed. */
export function watch(
  disk: SimulatedDisk,
  history: History,
  take: (moment: Moment) => void,
): (operation: DiskOperation, phase: DiskPhase) => void {
  let last = "";
  return (operation, phase) => {
    if ((phase === "before" || !isChange(operation)) && history.summary === last) return;
    last = history.summary;
    take({ disk: disk.copy(), history: history.copy(), name: `${operation.name}, ${phase}`, phase });
  };
}

/** Whether an operation changes what is on a disk. */
function isChange({ action }: DiskOperation): boolean {
  return CHANGES.has(action);
}

const CHANGES: ReadonlySet<string> = new Set([
  "make",
  "create",
  "rename",
  "remove",
  "sync",
  "write",
  "resize",
]);

/** Beyond those of any history that is explored. */
const LATER_NUMBERS = 1_000_000;

const SEED = 1_000;

function told(image: DiskImage): string {
  return [...image.files].map(([path, { key }]) => `    ${path}: ${key}`).join("\n");
}
