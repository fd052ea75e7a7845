import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { runBuf } from "./buf.js";
import type { Collection } from "./collections.js";
import type { RawFile } from "./descriptor-set.js";
import { firstDifference } from "./first-difference.js";
import type { InstalledProtoc } from "./install.js";
import type { Difference, Ledger } from "./ledger.js";
import { locationDifferences } from "./locations.js";
import { sameInAnyOrder } from "./option-bytes.js";
import { compileFiles, strippedVerdictOf, verdictOf } from "./ours.js";
import { progress } from "./progress.js";
import { runProtoc, type Verdict } from "./protoc.js";

/** So many files are held decoded at a time. */
const BATCH = 400;

/** Compares descriptors and source info with those of protoc, where there is one, and of buf. */
export async function compareDescriptors(
  collection: Collection,
  protoc: InstalledProtoc | undefined,
  ledger: Ledger,
): Promise<void> {
  const { name, includes, together, alone } = collection;
  for (const names of [together, ...alone.map((each) => [each])]) {
    if (names.length === 0) continue;
    progress(`${name}: ${names.length === 1 ? names[0] : "protoc and buf"}`);
    const theirs = protoc && (await runProtoc(protoc, names, { includes }));
    const stripped = protoc && (await runProtoc(protoc, names, { includes, stripped: true }));
    const bufs = await runBuf(collection, names);
    for (let from = 0; from < names.length; from += BATCH) {
      const batch = names.slice(from, from + BATCH);
      if (batch.length > 1) progress(`${name}: ${from} of ${names.length}`);
      const compilation = compileFiles(batch, includes);
      const ours = verdictOf(compilation);
      const oursStripped = strippedVerdictOf(compilation);
      for (const file of batch) {
        if (theirs !== undefined) compareFile("protoc", file, file, ours, theirs, ledger);
        if (stripped !== undefined) compareFile("protoc, sets", file, file, oursStripped, stripped, ledger);
        compareWithBuf(file, ours, bufs, ledger);
      }
    }
  }
  progress("");
}

/** Compares what we and protoc make of a file. `title` says which file it is. */
export function compareFile(
  check: string,
  name: string,
  title: string,
  ours: Verdict,
  theirs: Verdict,
  ledger: Ledger,
): void {
  const [mine, other] = [contentOf(ours, name), contentOf(theirs, name)];
  if (mine === undefined || other === undefined)
    return ledger.record(`${check}: descriptors`, title, verdictDifferences(ours, theirs, "protoc"));
  ledger.record(`${check}: descriptors`, title, descriptorDifferences(mine, other, "protoc"));
  ledger.record(`${check}: source info`, title, sourceInfoDifferences(mine, other));
}

function sourceInfoDifferences(mine: RawFile, other: RawFile): Difference[] {
  if (Buffer.compare(mine.sourceInfo, other.sourceInfo) === 0) return [];
  const detail = firstDifference(locations(mine), locations(other), isEqual) ?? "other bytes";
  return [{ kind: "source info is not protoc's", detail }];
}

function compareWithBuf(file: string, ours: Verdict, bufs: Verdict, ledger: Ledger): void {
  const check = "buf: descriptors";
  const [mine, other] = [contentOf(ours, file), contentOf(bufs, file)];
  if (mine === undefined || other === undefined)
    return ledger.record(check, file, verdictDifferences(ours, bufs, "buf"));
  ledger.record(check, file, descriptorDifferences(mine, other, "buf"));
  const differences = locationDifferences(locations(mine), locations(other));
  ledger.record("buf: source info", file, differences);
}

function contentOf(verdict: Verdict, file: string): RawFile | undefined {
  return "files" in verdict ? verdict.files.get(file) : undefined;
}

function verdictDifferences(ours: Verdict, theirs: Verdict, reference: string): Difference[] {
  const [mine, other] = [rejection(ours), rejection(theirs)];
  if (mine !== undefined && other !== undefined) return [];
  if (mine !== undefined) return [{ kind: `rejected, and not by ${reference}`, detail: mine }];
  return [{ kind: `rejected by ${reference} only`, detail: other ?? "it is missing in the output" }];
}

function rejection(verdict: Verdict): string | undefined {
  return "rejected" in verdict ? verdict.rejected.split("\n")[0] : undefined;
}

function descriptorDifferences(mine: RawFile, other: RawFile, reference: string): Difference[] {
  if (Buffer.compare(mine.descriptor, other.descriptor) === 0) return [];
  const [a, b] = [mine, other].map(({ descriptor }) => fromBinary(FileDescriptorProtoSchema, descriptor));
  const detail = firstDifference(a, b, isEqual) ?? "other bytes of the same fields";
  const isSame = firstDifference(a, b, sameInAnyOrder) === undefined;
  const kind = isSame
    ? `other bytes than ${reference}'s for the same fields`
    : `descriptor is not ${reference}'s`;
  return [{ kind, detail }];
}

function locations({ sourceInfo }: RawFile) {
  return fromBinary(FileDescriptorProtoSchema, sourceInfo).sourceCodeInfo?.location ?? [];
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
