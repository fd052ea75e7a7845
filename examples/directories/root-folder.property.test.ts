import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { RootFolder } from "./root-folder.js";

/** In memory where there is such a place: thousands of directories are made here, and each is synced. */
const SCRATCH = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const NAMES = ["a", "b", "c"];
const part = fc.constantFrom(...NAMES, "..", ".", "", "outside", "root");
const path = fc.array(part, { maxLength: 6 }).map((parts) => parts.join("/"));
const name = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 });
const link = fc.record({ at: name, target: path, absolute: fc.boolean() });

/** The OS itself is the judge: it follows every link that is there. */
it("whatever the links and paths, nothing outside is made, and what is listed lies inside", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(name, { maxLength: 5 }),
      fc.array(link, { maxLength: 6 }),
      fc.array(path, { minLength: 1, maxLength: 8 }),
      async (directories, links, paths) => {
        const cage = realpathSync(mkdtempSync(join(SCRATCH, "root-folder-property-")));
        // As deep as a path here can climb, so that a broken RootFolder stays in the cage.
        const base = join(cage, ..."123456");
        try {
          const root = join(base, "root");
          mkdirSync(join(base, "outside", "a"), { recursive: true });
          mkdirSync(root);
          for (const names of directories) mkdirSync(join(root, ...names), { recursive: true });
          for (const made of links) addLink(base, root, made);
          const folder = await RootFolder.open(root);
          for (const asked of paths) {
            await folder.makeDirectory(asked).catch(() => {});
            if (await folder.listDirectory(asked).catch(() => undefined)) {
              expect(isWithin(root, realpathSync(join(root, asked)))).toBe(true);
            }
          }
          expect(readdirSync(base)).toEqual(["outside", "root"]);
          expect(readdirSync(join(base, "outside"))).toEqual(["a"]);
          expect(readdirSync(join(base, "outside", "a"))).toEqual([]);
        } finally {
          rmSync(cage, { recursive: true });
        }
      },
    ),
    { numRuns: 500 },
  );
});

/** Adds the link if its name is free and its parent a directory within the root. */
function addLink(
  base: string,
  root: string,
  made: { at: string[]; target: string; absolute: boolean },
): void {
  const place = join(root, ...made.at);
  const parent = join(place, "..");
  if (!existsSync(parent) || !isWithin(root, realpathSync(parent)) || !statSync(parent).isDirectory()) return;
  if (lstatSync(place, { throwIfNoEntry: false })) return;
  symlinkSync(made.absolute ? join(base, made.target) : made.target || ".", place);
}

function isWithin(root: string, real: string): boolean {
  return `${real}${sep}`.startsWith(`${root}${sep}`);
}
