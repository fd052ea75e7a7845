import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Collection } from "./collections.js";
import { rawFiles } from "./descriptor-set.js";
import { PROGRAMS, WORK } from "./folders.js";
import type { Verdict } from "./protoc.js";
import { runProgram } from "./run-program.js";

/** More files than these are not named one by one, but all are compiled that there are. */
export const NAMED_FILES_MAX = 500;

/** Compiles files in one run of buf. It has well-known types of its own. */
export async function runBuf(collection: Collection, names: readonly string[]): Promise<Verdict> {
  const output = join(WORK, "buf.binpb");
  mkdirSync(WORK, { recursive: true });
  const { succeeded, errors } = await runProgram(bufProgram, bufArguments(collection, names, output), {
    env: bufEnvironment,
  });
  return succeeded ? { files: rawFiles(readFileSync(output)) } : { rejected: errors.trim() };
}

export const bufProgram = join(PROGRAMS, "buf");

/** A cache of its own, so that what is on the machine plays no part. */
export const bufEnvironment = { ...process.env, BUF_CACHE_DIR: join(WORK, "buf-cache") };

/** What makes `buf` write these files of a collection, with source info, into a descriptor set. */
export function bufArguments(
  { root, together }: Collection,
  names: readonly string[],
  output: string,
): readonly string[] {
  const isTogether = together.includes(names[0]);
  const protobuf = "google/protobuf";
  const part = together.length === 0 ? {} : isTogether ? { excludes: [protobuf] } : { includes: [protobuf] };
  const config = JSON.stringify({ version: "v2", modules: [{ path: ".", ...part }] });
  const paths = names.length > NAMED_FILES_MAX ? [] : names.flatMap((name) => ["--path", join(root, name)]);
  const flags = ["--as-file-descriptor-set", "--exclude-imports", "--config", config];
  return ["build", root, ...flags, ...paths, "-o", output];
}
