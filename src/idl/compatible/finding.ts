import type { RuleName } from "./rules.js";

/** Something that breaks between two versions of an interface. */
export interface Finding {
  readonly rule: RuleName;
  /** What changed, from what to what, and what comes of it; one line. */
  readonly message: string;
  /** Who breaks; at least one. */
  readonly breaks: readonly Peers[];
  /** Where it breaks; at least one. */
  readonly formats: readonly Format[];
  /** Where the older version has it; none for what is new. */
  readonly older?: Place;
  /** Where the newer version has it, or what stands in its place; none for what was removed altogether. */
  readonly newer?: Place;
}

/** Two programs built from different versions. */
export type Peers = "old client with new server" | "new client with old server";

export const OLD_CLIENT: Peers = "old client with new server";
export const NEW_CLIENT: Peers = "new client with old server";

/** `call` is about calls themselves: their paths, streams and promises. */
export type Format = "wire" | "json" | "call";

/** A place in a version of the interface. */
export interface Place {
  /** The file's name as imports write it. */
  readonly path: string;
  /** From 1; 0 where the descriptors came without source info. */
  readonly line: number;
  /** From 1; 0 where the descriptors came without source info. */
  readonly column: number;
}

/** What goes wrong when one version reads what the other wrote. */
export interface Misreading {
  /** The version that reads. */
  readonly reader: "older" | "newer";
  readonly format: "wire" | "json";
  /** What it does, behind "the newer version": "cuts numbers off at 32 bits". */
  readonly what: string;
  /** Of something within a message: what changed there, and what comes of it. */
  readonly within?: string;
}

/** The same mishap, whichever version reads. */
export function misreadByBoth(format: Misreading["format"], what: string): Misreading[] {
  return [
    { reader: "newer", format, what },
    { reader: "older", format, what },
  ];
}

/** The same mishap of one version, in both formats. */
export function misreadEverywhere(reader: Misreading["reader"], what: string): Misreading[] {
  return [
    { reader, format: "wire", what },
    { reader, format: "json", what },
  ];
}

/** Says in one line what changed and what goes wrong: "… changed: the newer version cuts …; in JSON each version …". */
export function describeChange(change: string, misreadings: readonly Misreading[]): string {
  const within = misreadings.find((each) => each.within !== undefined)?.within;
  const own = misreadings.filter((each) => each.within === undefined);
  return own.length === 0 ? `${change}, where ${within}` : `${change}: ${consequences(own)}`;
}

function consequences(misreadings: readonly Misreading[]): string {
  const onWire = clauses(misreadings.filter(({ format }) => format === "wire"));
  const inJson = clauses(misreadings.filter(({ format }) => format === "json"));
  if (inJson === "" || inJson === onWire) return onWire;
  return onWire === "" ? `in JSON ${inJson}` : `${onWire}; in JSON ${inJson}`;
}

function clauses(misreadings: readonly Misreading[]): string {
  const by = (reader: Misreading["reader"]) =>
    new Set(misreadings.filter((each) => each.reader === reader).map(({ what }) => what));
  const newer = by("newer");
  const older = by("older");
  const both = [...newer].filter((what) => older.has(what));
  const said = [
    ["each version", both],
    ["the newer version", [...newer].filter((what) => !older.has(what))],
    ["the older version", [...older].filter((what) => !newer.has(what))],
  ] as const;
  return said
    .filter(([, whats]) => whats.length > 0)
    .map(([who, whats]) => `${who} ${whats.join(" and ")}`)
    .join(", ");
}

export function formatsOf(misreadings: readonly Misreading[]): Format[] {
  return (["wire", "json"] as const).filter((format) => misreadings.some((each) => each.format === format));
}

/** Together if the same versions break on the wire and in JSON, or else the ones and the others. */
export function byBreakage(misreadings: readonly Misreading[]): (readonly Misreading[])[] {
  const groups = (["wire", "json"] as const).map((format) =>
    misreadings.filter((each) => each.format === format),
  );
  const [onWire, inJson] = groups.map((group) => new Set(group.map(({ reader }) => reader)));
  const isSame = onWire.size === inJson.size && [...onWire].every((reader) => inJson.has(reader));
  return (isSame ? [misreadings] : groups).filter((group) => group.length > 0);
}
