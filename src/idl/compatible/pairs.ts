import type { DescMessage, DescService } from "@bufbuild/protobuf";
import { isBuiltIn, type NamedType, type Version } from "./version.js";

/** Which newer message, enum or service took the place of which older one. */
export interface Pairs {
  newerOf<T extends NamedType>(older: T): T | undefined;
  olderOf<T extends NamedType>(newer: T): T | undefined;
  /** Whether a message or an enum stands for the other in the versions' data. */
  isPair(older: NamedType, newer: NamedType): boolean;
}

/**
 * Pairs by full name; what is left, by the name within its package, then by the simple name, and then by use: where a
 * file had the older service and has the newer one, or a field or a method the older type and the newer one. What has
 * another name must be much like what it was, unless nothing is left of its package.
 */
export function pairTypes(older: Version, newer: Version): Pairs {
  const pairs = new PairTable();
  for (const type of older.registry) {
    if (type.kind === "extension") continue;
    const same = newer.registry.get(type.typeName);
    if (same?.kind === type.kind) pairs.add(type, same);
  }
  const packages = new Set(newer.types.map(({ file }) => file.proto.package));
  const isLeft = ({ file }: NamedType) => packages.has(file.proto.package);
  pairByName(older, newer, pairs, nameInPackage, (type, match) => !isLeft(type) || areAlike(type, match));
  pairByName(
    older,
    newer,
    pairs,
    ({ name }) => name,
    (type, match) => mayMove(type, match) && areAlike(type, match),
  );
  pairServices(older, newer, pairs);
  pairByUse(older, newer, pairs);
  return pairs;
}

class PairTable implements Pairs {
  private readonly newer = new Map<NamedType, NamedType>();
  private readonly older = new Map<NamedType, NamedType>();

  add(older: NamedType, newer: NamedType): void {
    this.newer.set(older, newer);
    this.older.set(newer, older);
  }

  newerOf<T extends NamedType>(older: T): T | undefined {
    return this.newer.get(older) as T | undefined;
  }

  olderOf<T extends NamedType>(newer: T): T | undefined {
    return this.older.get(newer) as T | undefined;
  }

  isPair(older: NamedType, newer: NamedType): boolean {
    return this.newer.get(older) === newer;
  }

  areFree(older: NamedType, newer: NamedType): boolean {
    return !this.newer.has(older) && !this.older.has(newer);
  }
}

/** `Outer.Inner` for `a.b.Outer.Inner` of package `a.b`. */
export function nameInPackage({ typeName, file }: NamedType): string {
  const name = file.proto.package;
  return name === "" ? typeName : typeName.slice(name.length + 1);
}

/** Out of its package, or into or out of a message. No data names an enum, so that it matters only where it is used. */
function mayMove(older: NamedType, newer: NamedType): boolean {
  return older.kind !== "enum" && !(isNested(older) && isNested(newer));
}

export function isNested(type: NamedType): boolean {
  return type.kind !== "service" && type.parent !== undefined;
}

/** Pairs what is in one version only, where a name of its kind is new once, or once in the file of the same name. */
function pairByName(
  older: Version,
  newer: Version,
  pairs: PairTable,
  nameOf: (type: NamedType) => string,
  isLikely: (older: NamedType, newer: NamedType) => boolean,
): void {
  const keyOf = (type: NamedType) => `${type.kind} ${nameOf(type)}`;
  const inFile = (type: NamedType) => `${keyOf(type)} ${type.file.proto.name}`;
  const fresh = new Map<string, NamedType | "several">();
  for (const type of newer.types) {
    if (pairs.olderOf(type) !== undefined) continue;
    for (const key of [keyOf(type), inFile(type)]) fresh.set(key, fresh.has(key) ? "several" : type);
  }
  for (const type of older.types) {
    for (const key of [keyOf(type), inFile(type)]) {
      const match = fresh.get(key);
      if (match !== undefined && match !== "several" && pairs.areFree(type, match) && isLikely(type, match))
        pairs.add(type, match);
    }
  }
}

/** Pairs a service that was removed with the one that is new in the file of the same name. */
function pairServices(older: Version, newer: Version, pairs: PairTable): void {
  const fresh = new Map<string, DescService | "several">();
  for (const service of newer.types) {
    if (service.kind !== "service" || pairs.olderOf(service) !== undefined) continue;
    const name = service.file.proto.name;
    fresh.set(name, fresh.has(name) ? "several" : service);
  }
  for (const service of older.types) {
    const match = fresh.get(service.file.proto.name);
    if (service.kind !== "service" || match === undefined || match === "several") continue;
    if (service.methods.length > 0 && pairs.areFree(service, match) && areAlike(service, match))
      pairs.add(service, match);
  }
}

function pairByUse(older: Version, newer: Version, pairs: PairTable): void {
  const waiting: [DescMessage, DescMessage][] = [];
  const consider = (before: NamedType | undefined, after: NamedType | undefined): void => {
    if (before === undefined || after === undefined || isBuiltIn(before.file) || isBuiltIn(after.file))
      return;
    if (!pairs.areFree(before, after) || !areAlike(before, after)) return;
    pairs.add(before, after);
    if (before.kind === "message" && after.kind === "message") waiting.push([before, after]);
  };

  for (const type of older.types) {
    const match = pairs.newerOf(type);
    if (type.kind === "message" && match?.kind === "message") waiting.push([type, match]);
    if (type.kind !== "service" || match?.kind !== "service") continue;
    const methods = new Map(match.methods.map((method) => [method.name, method]));
    for (const method of type.methods) {
      consider(method.input, methods.get(method.name)?.input);
      consider(method.output, methods.get(method.name)?.output);
    }
  }
  for (const [before, after] of waiting) {
    const members = newer.membersOf(after);
    for (const member of older.membersOf(before).values()) {
      const other = members.get(member.number);
      consider(member.message ?? member.enum, other?.message ?? other?.enum);
    }
  }
}

/** Of a type's fields, values or methods, as many are looked at to see what it is like: enough, and it costs little. */
const SAMPLE_MAX = 100;

/** Whether at least half of what the older type is made of is in the newer one, by name and number. */
function areAlike(older: NamedType, newer: NamedType): boolean {
  if (older.kind !== newer.kind) return false;
  const before = sampleOf(older);
  const after = new Set(sampleOf(newer));
  return before.filter((each) => after.has(each)).length * 2 >= before.length;
}

function sampleOf(type: NamedType): string[] {
  switch (type.kind) {
    case "message":
      return type.fields.slice(0, SAMPLE_MAX).map(({ number, name }) => `${number} ${name}`);
    case "enum":
      return type.values.slice(0, SAMPLE_MAX).map(({ number, name }) => `${number} ${name}`);
    case "service":
      return type.methods.slice(0, SAMPLE_MAX).map(({ name }) => name);
  }
}
