import type { DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import type { Comparison } from "./comparison.js";
import { type Finding, NEW_CLIENT, OLD_CLIENT } from "./finding.js";
import { groupBy } from "./group-by.js";
import { isNested, nameInPackage } from "./pairs.js";
import type { NamedType } from "./version.js";

// Full names. Data has them in the paths of calls and in every `Any`, and nowhere else.

/** The older files whose package is another one now, each with the newer file that has its first message or service. */
export type Repackaged = ReadonlyMap<DescFile, DescFile>;

type Versions = Pick<Comparison, "older" | "newer" | "pairs">;

/** Finds files of which everything is in one other package now, and nothing is left of the file or of its package. */
export function repackagedFiles({ older, newer, pairs }: Versions): Repackaged {
  const movedTo = new Map<DescFile, DescFile | undefined>();
  for (const type of older.types) {
    const match = pairs.newerOf(type);
    if (match === undefined || !isNamedInData(type) || isNested(type)) continue;
    const first = movedTo.has(type.file) ? movedTo.get(type.file) : match.file;
    const isMoved = match.typeName !== type.typeName && nameInPackage(match) === nameInPackage(type);
    const isWithOthers = packageOf(match.file) === (first && packageOf(first));
    movedTo.set(type.file, isMoved && isWithOthers ? first : undefined);
  }
  const packages = new Set(newer.types.map(({ file }) => packageOf(file)));
  const isLeft = (from: DescFile, to: DescFile) => {
    const same = newer.registry.getFile(from.proto.name);
    return packages.has(packageOf(from)) && (same === undefined || packageOf(same) !== packageOf(to));
  };
  return new Map([...movedTo].flatMap(([from, to]) => (to && !isLeft(from, to) ? [[from, to]] : [])));
}

function packageOf({ proto }: DescFile): string {
  return proto.package;
}

/** Other names for what is still there: one finding for a package, or else for each type. */
export function compareNames(versions: Versions, repackaged: Repackaged): Finding[] {
  return [...packageChanges(versions, repackaged), ...typeChanges(versions, repackaged)];
}

function packageChanges(versions: Versions, repackaged: Repackaged): Finding[] {
  const own = new Set(
    versions.older.types.filter((type) => versions.older.isOwn(type)).map(({ file }) => file),
  );
  const files = [...own].sort((a, b) => (a.proto.name < b.proto.name ? -1 : 1));
  const groups = groupBy(files, (from) => {
    const to = repackaged.get(from);
    return to && `${packageOf(from)} ${packageOf(to)}`;
  });
  return [...groups.values()].map((group) => packageChange(group, repackaged.get(group[0])!, versions));
}

function packageChange(files: readonly DescFile[], to: DescFile, { older, newer }: Versions): Finding {
  const [from] = files;
  const text = (name: string) => (name === "" ? "none" : `\`${name}\``);
  const others = files.length === 1 ? "" : ` and of ${files.length - 1} more`;
  const hasServices = files.some(({ services }) => services.length > 0);
  const hasMessages = files.some(({ messages }) => messages.length > 0);
  const consequences = [...(hasServices ? [PATHS_DIFFER] : []), ...(hasMessages ? [ANYS_DIFFER] : [])];
  return {
    rule: "package-changed",
    message:
      `the package of \`${from.proto.name}\`${others} changed from ${text(packageOf(from))} ` +
      `to ${text(packageOf(to))}: ${consequences.join(", and ")}`,
    breaks: [OLD_CLIENT, NEW_CLIENT],
    formats: [
      ...(hasMessages ? (["wire", "json"] as const) : []),
      ...(hasServices ? (["call"] as const) : []),
    ],
    older: older.placeOf(from),
    newer: newer.placeOf(to),
  };
}

function typeChanges(versions: Versions, repackaged: Repackaged): Finding[] {
  const { older, newer, pairs } = versions;
  return older.types.filter(isNamedInData).flatMap((type) => {
    const match = pairs.newerOf(type);
    if (match === undefined || match.typeName === type.typeName || !older.isOwn(type)) return [];
    if (isMovedWithParent(type, match, versions) || (!isNested(type) && repackaged.has(type.file))) return [];
    return [{ ...nameChange(type, match), older: older.placeOf(type), newer: newer.placeOf(match) }];
  });
}

function nameChange(older: DescMessage | DescService, newer: NamedType): Omit<Finding, "older" | "newer"> {
  const change = `${older.kind} \`${older.typeName}\` is \`${newer.typeName}\` now`;
  const breaks = [OLD_CLIENT, NEW_CLIENT] as const;
  const rule = `${older.kind}-${older.name === newer.name ? "moved" : "renamed"}` as const;
  return older.kind === "service"
    ? { rule, message: `${change}: ${PATHS_DIFFER}`, breaks, formats: ["call"] }
    : { rule, message: `${change}: ${ANYS_DIFFER}`, breaks, formats: ["wire", "json"] };
}

const PATHS_DIFFER = "neither version serves the other's paths";
const ANYS_DIFFER = "neither version knows the types that the other's `Any` names";

function isNamedInData(type: NamedType): type is DescMessage | DescService {
  return type.kind !== "enum";
}

function isMovedWithParent(older: NamedType, newer: NamedType, { pairs }: Versions): boolean {
  if (older.kind !== "message" || newer.kind !== "message" || older.name !== newer.name) return false;
  return older.parent !== undefined && newer.parent !== undefined && pairs.isPair(older.parent, newer.parent);
}
