import { expect, test } from "vitest";
import { below, seededRandom } from "./seeded-random.test.util.js";
import { type DiskImage, type DiskOptions, SECTOR_BYTES, SimulatedDisk } from "./simulated-disk.test.util.js";
import { randomFaults } from "./simulated-faults.test.util.js";
import type { SimulatedStorage } from "./simulated-storage.test.util.js";
import { SimulatedWorld } from "./simulated-world.test.util.js";
import { StorageError, type StoredFile } from "./storage.js";

// The disk has to be strict: each test is a program that trusts it too much, or just enough.

/** Runs `program` on a new disk; that disk. */
async function ran(
  program: (storage: SimulatedStorage, disk: SimulatedDisk) => Promise<unknown>,
  options: Partial<DiskOptions> = {},
): Promise<SimulatedDisk> {
  const world = new SimulatedWorld();
  const disk = new SimulatedDisk({ post: world.post, random: seededRandom(1), ...options });
  await world.outcome(program(disk.start(), disk));
  return disk;
}

/** The file in each state that a crash may leave: its bytes (each sector by its first one), or that it is not there. */
function states(disk: SimulatedDisk, path = "/a"): string[] {
  return [...new Set([...disk.crashes()].map((image) => told(image, path)))].sort();
}

function told(image: DiskImage, path: string): string {
  if (!image.files.has(path)) return "none";
  const bytes = image.bytes(path);
  let text = "";
  for (let at = 0; at < bytes.length; at += SECTOR_BYTES)
    text += bytes[at] === 0 ? "." : String.fromCharCode(bytes[at]);
  return `[${text}]`;
}

/** A sector for each letter; "." is one of zeros. */
function sectors(letters: string): Uint8Array {
  const bytes = new Uint8Array(letters.length * SECTOR_BYTES);
  [...letters].forEach((letter, index) => {
    if (letter !== ".") bytes.fill(letter.charCodeAt(0), index * SECTOR_BYTES, (index + 1) * SECTOR_BYTES);
  });
  return bytes;
}

async function created(storage: SimulatedStorage, letters: string, durable = false): Promise<StoredFile> {
  const file = await storage.open("/a", { access: "create", durable });
  if (letters !== "") await file.write(sectors(letters), 0);
  return file;
}

/** A durable file with a durable name. */
async function established(storage: SimulatedStorage, letters: string, durable = false): Promise<StoredFile> {
  const file = await created(storage, letters, durable);
  await file.sync();
  await storage.syncFolder("/");
  return file;
}

test("a file is there for certain only after its folder was synced", async () => {
  const unsynced = await ran(async (storage) => (await created(storage, "x")).sync());
  expect(states(unsynced)).toEqual(["[x]", "none"]);
  const synced = await ran((storage) => established(storage, "x"));
  expect(states(synced)).toEqual(["[x]"]);
});

test("syncing the folder does not sync the file", async () => {
  const disk = await ran(async (storage) => {
    await created(storage, "x");
    await storage.syncFolder("/");
  });
  expect(states(disk)).toEqual(["[.]", "[]", "[x]"]);
});

test("what was written survives sector by sector, in any order", async () => {
  const disk = await ran(async (storage) => (await established(storage, "abc")).write(sectors("xyz"), 0));
  expect(states(disk)).toEqual(["[abc]", "[abz]", "[ayc]", "[ayz]", "[xbc]", "[xbz]", "[xyc]", "[xyz]"]);
});

test("of overlapping writes the earlier may reach the disk last", async () => {
  const disk = await ran(async (storage) => {
    const file = await established(storage, "a");
    await file.write(sectors("x"), 0);
    await file.write(sectors("y"), 0);
  });
  expect(states(disk)).toEqual(["[a]", "[x]", "[y]"]);
});

test("a sector of two writes may have either", async () => {
  const disk = await ran(async (storage) => {
    const file = await established(storage, "a");
    await file.write(Uint8Array.of(1), 100);
    await file.write(Uint8Array.of(2), 200);
  });
  const found = [...disk.crashes()].map((image) => `${image.bytes("/a")[100]} ${image.bytes("/a")[200]}`);
  expect(found.sort()).toEqual(["1 2", "1 97", "97 2", "97 97"]);
});

test("a file may have grown by a part of what was written, and have nothing there", async () => {
  const disk = await ran(async (storage) =>
    (await established(storage, "a")).write(sectors("xy"), SECTOR_BYTES),
  );
  expect(states(disk)).toEqual(["[a..]", "[a.]", "[a.y]", "[a]", "[ax.]", "[ax]", "[axy]"]);
});

test("what is synced stays", async () => {
  const disk = await ran(async (storage) => {
    const file = await established(storage, "ab");
    await file.write(sectors("x"), 0);
    await file.sync();
    await file.write(sectors("y"), SECTOR_BYTES);
  });
  expect(states(disk)).toEqual(["[xb]", "[xy]"]);
});

test("a sync covers what was written before it began", async () => {
  const disk = await ran(async (storage) => {
    const file = await established(storage, "a");
    const sync = file.sync();
    await file.write(sectors("x"), 0);
    await sync;
  });
  expect(states(disk)).toEqual(["[a]", "[x]"]);
});

test("a durable write is on the disk once it resolves, and may be there in part before", async () => {
  const found: string[][] = [];
  const disk = await ran(async (storage, disk) => {
    const file = await established(storage, "ab", true);
    disk.onMoment = () => found.push(states(disk));
    await file.write(sectors("xy"), 0);
  });
  expect(found).toEqual([["[ab]"], ["[ab]", "[ay]", "[xb]", "[xy]"], ["[xy]"]]);
  expect(states(disk)).toEqual(["[xy]"]);
});

test("a cut may be lost, and what was cut never comes back after a sync", async () => {
  const cut = await ran(async (storage) => (await established(storage, "ab")).truncate(SECTOR_BYTES));
  expect(states(cut)).toEqual(["[a.]", "[a]", "[ab]"]);
  const regrown = await ran(async (storage) => {
    const file = await established(storage, "ab");
    await file.truncate(SECTOR_BYTES / 2);
    await file.truncate(2 * SECTOR_BYTES);
    await file.sync();
  });
  expect(states(regrown)).toEqual(["[a.]"]);
  const [image] = regrown.crashes();
  expect(image.bytes("/a").subarray(SECTOR_BYTES / 2)).toEqual(new Uint8Array(1.5 * SECTOR_BYTES));
});

test("after a failed sync the cache shows what the disk may not have, and syncing again does nothing", async () => {
  const disk = await ran(async (storage, disk) => {
    const file = await established(storage, "ab");
    await file.write(sectors("xy"), 0);
    disk.faults = ({ action }) => (action === "sync" ? { fails: "other" } : undefined);
    await expect(file.sync()).rejects.toThrow(StorageError);
    disk.faults = undefined;
    await file.sync();
    const into = new Uint8Array(2 * SECTOR_BYTES);
    await file.read(into, 0);
    expect(into).toEqual(sectors("xy"));
  });
  expect(states(disk)).toEqual(["[ab]", "[ay]", "[xb]", "[xy]"]);
});

test("a failed durable write is forgotten as well, but what is written over it counts", async () => {
  const disk = await ran(async (storage, disk) => {
    const file = await established(storage, "ab", true);
    disk.faults = ({ action }) => (action === "write" ? { fails: "other" } : undefined);
    await expect(file.write(sectors("xy"), 0)).rejects.toThrow(StorageError);
    disk.faults = undefined;
    await file.sync();
    expect(states(disk)).toEqual(["[ab]", "[ay]", "[xb]", "[xy]"]);
    await file.write(sectors("z"), 0);
  });
  expect(states(disk)).toEqual(["[zb]", "[zy]"]);
});

test("the system may drop what it takes for written: then it is what the disk has", async () => {
  const found = new Set<string>();
  for (let seed = 0; seed < 20; seed++) {
    await ran(
      async (storage, disk) => {
        const file = await established(storage, "a");
        await file.write(sectors("x"), 0);
        disk.faults = () => ({ fails: "other" });
        await file.sync().catch(() => undefined);
        disk.faults = undefined;
        disk.evict();
        const into = new Uint8Array(SECTOR_BYTES);
        await file.read(into, 0);
        found.add(`${String.fromCharCode(into[0])} ${states(disk)}`);
      },
      { random: seededRandom(seed) },
    );
  }
  expect([...found].sort()).toEqual(["a [a]", "x [x]"]);
});

test("a rename is there or not, and never with both names or none", async () => {
  const disk = await ran(async (storage) => {
    await established(storage, "x");
    await storage.rename("/a", "/b");
  });
  const found = [...disk.crashes()].map((image) => [...image.files.keys()].join());
  expect(found.sort()).toEqual(["/a", "/b"]);
});

test("a rename may be there before what the file holds", async () => {
  const disk = await ran(async (storage) => {
    await established(storage, "old");
    const file = await storage.open("/new", { access: "create" });
    await file.write(sectors("new"), 0);
    await storage.rename("/new", "/a");
    await storage.syncFolder("/");
  });
  expect(states(disk)).toContain("[]");
  expect(states(disk)).not.toContain("[old]");
});

test("changes of names survive one by one", async () => {
  const disk = await ran(async (storage) => {
    await established(storage, "x");
    await storage.open("/b", { access: "create" });
    await storage.remove("/a");
  });
  const found = [...disk.crashes()].map((image) => [...image.files.keys()].join());
  expect(found.sort()).toEqual(["", "/a", "/a,/b", "/b"]);
});

test("after a failed sync of a folder nobody knows its names, until one succeeds", async () => {
  const disk = await ran(async (storage, disk) => {
    await (await created(storage, "x")).sync();
    disk.faults = () => ({ fails: "other" });
    await expect(storage.syncFolder("/")).rejects.toThrow(StorageError);
    disk.faults = undefined;
    expect(states(disk)).toEqual(["[x]", "none"]);
    await storage.syncFolder("/");
  });
  expect(states(disk)).toEqual(["[x]"]);
});

test("a folder is there for certain once it was made, and those above it", async () => {
  const found: string[][] = [];
  const disk = await ran(async (storage, disk) => {
    disk.onMoment = ({ name }, phase) => {
      if (name === "folder make" || phase === "after")
        found.push([...disk.crashes()].map(({ folders }) => [...folders].join()).sort());
    };
    await storage.makeFolder("/f/g");
  });
  const [none, one, two] = ["/", "/,/f", "/,/f,/f/g"];
  expect(found).toEqual([
    [none],
    [none],
    [none, one],
    [none, one],
    [one],
    [one],
    [one, two],
    [one, two],
    [two],
  ]);
  expect([...disk.crash().folders]).toEqual(["/", "/f", "/f/g"]);
});

test("making a folder that is there makes its name durable, if nobody had", async () => {
  const disk = await ran(async (storage, disk) => {
    disk.onMoment = ({ name }, phase) => {
      if (name === "folder make" && phase === "after") storage.kill();
    };
    void storage.makeFolder("/f");
    await disk.start().list("/");
    expect([...disk.crashes()].map(({ folders }) => [...folders].join()).sort()).toEqual(["/", "/,/f"]);
    await disk.start().makeFolder("/f");
  });
  expect([...disk.crashes()].map(({ folders }) => [...folders].join())).toEqual(["/,/f"]);
});

test("a killed program loses nothing that it has written, and what was under way is there up to some sector", async () => {
  const found = new Set<string>();
  for (let seed = 0; seed < 30; seed++) {
    const disk = await ran(
      async (storage) => {
        const file = await established(storage, "ab");
        await file.write(sectors("x"), 0);
        void file.write(sectors("yz"), 0);
        storage.kill();
      },
      { random: seededRandom(seed) },
    );
    const world = new SimulatedWorld();
    const next = disk.copy({ post: world.post }).start();
    const into = new Uint8Array(2 * SECTOR_BYTES);
    await world.outcome(next.open("/a", { access: "read" }).then((file) => file.read(into, 0)));
    found.add(String.fromCharCode(into[0], into[SECTOR_BYTES]));
  }
  expect([...found].sort()).toEqual(["xb", "yb", "yz"]);
});

test("nothing of a killed program settles, and its lock is free", async () => {
  let hasSettled = false;
  await ran(async (storage, disk) => {
    await storage.lock("/");
    await expect(disk.start().lock("/")).rejects.toMatchObject({ fault: "locked" });
    const settle = () => {
      hasSettled = true;
    };
    storage.list("/").then(settle, settle);
    storage.kill();
    storage.list("/").then(settle, settle);
    const other = disk.start();
    const lock = await other.lock("/");
    await lock.release();
    await other.lock("/");
  });
  expect(hasSettled).toBe(false);
});

test("a full disk takes what fits, then nothing, and no new file", async () => {
  await ran(
    async (storage, disk) => {
      const file = await created(storage, "");
      expect(await file.write(sectors("abcd"), 0)).toBe(3 * SECTOR_BYTES);
      await expect(file.write(sectors("d"), 3 * SECTOR_BYTES)).rejects.toMatchObject({ fault: "full" });
      expect(await file.write(sectors("x"), 0)).toBe(SECTOR_BYTES);
      const another = storage.open("/b", { access: "create" });
      await expect(another).rejects.toMatchObject({ fault: "full" });
      await storage.remove("/a");
      expect(disk.freeBytes).toBe(3 * SECTOR_BYTES);
    },
    { quotaBytes: 3 * SECTOR_BYTES },
  );
});

test("extending takes no room, so that writing there may find none", async () => {
  await ran(
    async (storage) => {
      const file = await created(storage, "");
      await file.truncate(5 * SECTOR_BYTES);
      await file.write(sectors("a"), 0);
      await expect(file.write(sectors("b"), SECTOR_BYTES)).rejects.toMatchObject({ fault: "full" });
    },
    { quotaBytes: SECTOR_BYTES },
  );
});

test("reads and writes may be short", async () => {
  await ran(async (storage, disk) => {
    const file = await established(storage, "ab");
    disk.faults = () => ({ bytesMax: 3 });
    expect(await file.write(sectors("xyz"), 0)).toBe(3);
    expect(await file.read(new Uint8Array(10), 0)).toBe(3);
    expect(await file.read(new Uint8Array(10), 2 * SECTOR_BYTES - 1)).toBe(1);
    expect(await file.read(new Uint8Array(10), 2 * SECTOR_BYTES)).toBe(0);
  });
});

test("bits flip", async () => {
  const disk = await ran((storage) => established(storage, "ab"));
  const image = disk.crash().flipped("/a", SECTOR_BYTES, 3);
  expect(told(image, "/a")).toBe("[aa]");
  const again = new SimulatedDisk({ post: () => undefined, random: () => 0 }, { image });
  expect(states(again)).toEqual(["[aa]"]);
});

test("operations end in the order that the schedule says", async () => {
  const ended: string[] = [];
  const world = new SimulatedWorld((waiting) => waiting - 1);
  const disk = new SimulatedDisk({ post: world.post, random: seededRandom(1) });
  const storage = disk.start();
  const all = ["/a", "/b", "/c"].map((path) =>
    storage.open(path, { access: "create" }).then(() => ended.push(path)),
  );
  await world.outcome(Promise.all(all));
  expect(ended).toEqual(["/c", "/b", "/a"]);
});

test("operations have numbers and names", async () => {
  const found: string[] = [];
  await ran(
    async (storage, disk) => {
      disk.onMoment = ({ number, name }, phase) => found.push(`${number} ${name}: ${phase}`);
      await created(storage, "x");
      await storage.syncFolder("/");
    },
    { kindOf: (path) => (path === "/a" ? "segment" : "other") },
  );
  expect(found).toEqual(
    ["1 segment create", "2 segment write", "3 folder sync"].flatMap((name) =>
      ["before", "middle", "after"].map((phase) => `${name}: ${phase}`),
    ),
  );
});

test("what is wrong with the program is no fault of the disk's", async () => {
  await ran(async (storage) => {
    await created(storage, "x");
    await expect(created(storage, "x")).rejects.toMatchObject({ fault: "exists" });
    await expect(storage.open("/b", { access: "write" })).rejects.toMatchObject({ fault: "missing" });
    await expect(storage.rename("/b", "/c")).rejects.toMatchObject({ fault: "missing" });
    const reader = await storage.open("/a", { access: "read" });
    await expect(reader.write(sectors("y"), 0)).rejects.toMatchObject({ fault: "other" });
    await reader.close();
    await expect(reader.size()).rejects.toThrow(/after it was closed/);
    expect(storage.openFiles).toBe(1);
  });
});

test("beyond so many states those near to nothing and to all are looked at, and some at random", async () => {
  const count = 40;
  const disk = await ran(async (storage) => {
    const file = await established(storage, "a".repeat(count));
    await file.write(sectors("x".repeat(count)), 0);
  });
  const survivors = (pairsMax: number) =>
    [...disk.crashes({ statesMax: 256, pairsMax, samples: 32 })].map(
      (image) => told(image, "/a").split("x").length - 1,
    );
  const withX = (all: number[], few: readonly number[]) =>
    few.map((x) => all.filter((each) => each === x).length);
  const pairs = (count * (count - 1)) / 2;
  const found = survivors(pairs);
  expect(withX(found, [0, 1, 2, 38, 39, 40])).toEqual([1, count, pairs, pairs, count, 1]);
  expect(found.filter((x) => x > 2 && x < 38).length).toBe(32);
  const sampled = survivors(100);
  expect(withX(sampled, [0, 1, 39, 40])).toEqual([1, count, count, 1]);
  expect(withX(sampled, [2])[0]).toBeGreaterThan(50);
});

test("random faults happen about as often as said, and only where they can", () => {
  const faults = randomFaults({ short: 0.5, sync: 0.1, full: 0.2 }, seededRandom(7));
  const of = (action: "read" | "write" | "sync" | "create" | "list") =>
    Array.from({ length: 1000 }, () => faults({ number: 1, name: "", action, path: "/a" }));
  const count = (action: Parameters<typeof of>[0], fails: string | undefined) =>
    of(action).filter((fault) => fault !== undefined && fault.fails === fails).length;
  expect(count("sync", "other")).toBeGreaterThan(50);
  expect(count("create", "full")).toBeGreaterThan(100);
  expect(count("read", undefined)).toBeGreaterThan(300);
  expect(of("list").every((fault) => fault === undefined)).toBe(true);
  expect(count("read", "other") + count("read", "full")).toBe(0);
});

test("the same seed gives the same crash", async () => {
  const crashes = async () => {
    const program = async (storage: SimulatedStorage) => {
      const random = seededRandom(5);
      const file = await established(storage, "abcdefgh");
      for (let count = 0; count < 20; count++)
        await file.write(sectors("z"), below(8, random) * SECTOR_BYTES);
    };
    const disk = await ran(program, { isTraced: true });
    expect(disk.trace.length).toBeGreaterThan(60);
    return [disk.crash().key, disk.crash().key, disk.trace.join("\n")];
  };
  expect(await crashes()).toEqual(await crashes());
});
