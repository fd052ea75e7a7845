import type { DescEnum, DescMessage, DescService } from "@bufbuild/protobuf";
import type { Comparison } from "./comparison.js";
import type { Difference } from "./difference.js";
import { compareEnums } from "./enums.js";
import { type Finding, formatsOf } from "./finding.js";
import { createInnerComparison } from "./inner.js";
import { compareMessages } from "./messages.js";
import { compareNames, type Repackaged, repackagedFiles } from "./names.js";
import { pairTypes } from "./pairs.js";
import { messageRemoval, removedMessages, serviceRemoval } from "./removed.js";
import { compareServices, newMethods } from "./services.js";
import { type Traffic, trafficOf, whoBreaks } from "./traffic.js";
import { createVersion, type InterfaceVersion, isBuiltIn, type Member, type Version } from "./version.js";

export type { InterfaceVersion };

/**
 * What breaks between two versions of an interface: data in the binary format and in JSON that one version reads
 * otherwise than the other wrote it, and calls that one version makes and the other does not serve.
 *
 * JSON readers are taken to skip keys that they do not know. What only concerns source code or the text format is not
 * looked at.
 */
export function compatible(older: InterfaceVersion, newer: InterfaceVersion): Finding[] {
  const { comparison, repackaged } = createComparison(createVersion(older), createVersion(newer));
  const calls = compareCalls(comparison);
  const data = compareData(comparison);
  const removed = removedMessages([...calls.lost, ...data.lost], comparison);
  const findings = [
    ...compareNames(comparison, repackaged),
    ...calls.findings,
    ...data.findings,
    ...removed.map((message) => messageRemoval(message, comparison)),
  ];
  return findings.sort(byPlace);
}

function createComparison(
  older: Version,
  newer: Version,
): { readonly comparison: Comparison; readonly repackaged: Repackaged } {
  const pairs = pairTypes(older, newer);
  const repackaged = repackagedFiles({ older, newer, pairs });
  const movedAlong = (before: Member, after: Member): boolean => {
    if (before.kind !== "extension" || after.kind !== "extension" || before.name !== after.name) return false;
    if (before.parent === undefined || after.parent === undefined)
      return (
        before.parent === after.parent &&
        repackaged.get(before.file)?.proto.package === after.file.proto.package
      );
    return pairs.isPair(before.parent, after.parent);
  };
  const base = { older, newer, pairs, movedAlong };
  return { comparison: { ...base, compareInner: createInnerComparison(base) }, repackaged };
}

interface Result {
  readonly findings: readonly Finding[];
  /** Messages that something no longer uses, which is told of or was reserved. */
  readonly lost: readonly DescMessage[];
}

function join(results: readonly Result[]): Result {
  return {
    findings: results.flatMap(({ findings }) => findings),
    lost: results.flatMap(({ lost }) => lost),
  };
}

function compareCalls(comparison: Comparison): Result {
  const { older, pairs } = comparison;
  const fresh = newMethods(comparison);
  const services = older.types.filter((type) => type.kind === "service").filter((type) => older.isOwn(type));
  return join(
    services.map((service) => {
      const match = pairs.newerOf(service);
      if (match !== undefined) return compareServices(service, match, fresh, comparison);
      return { findings: [serviceRemoval(service, comparison)], lost: messagesOf(service) };
    }),
  );
}

function messagesOf({ methods }: DescService): DescMessage[] {
  return methods.flatMap(({ input, output }) => [input, output]);
}

/** Compares the interface's own types, and of imported ones those that they and the methods use. */
function compareData(comparison: Comparison): Result {
  const { older, pairs } = comparison;
  const results: Result[] = [];
  const own = older.types.filter((type) => older.isOwn(type));
  const waiting = new Set(own.flatMap((type) => (type.kind === "service" ? messagesOf(type) : [type])));
  for (const type of waiting) {
    const match = pairs.newerOf(type);
    if (match === undefined || isBuiltIn(type.file)) continue;
    results.push(compareType(type, match, comparison));
    if (type.kind === "enum") continue;
    for (const { message, enum: enumeration } of older.membersOf(type).values()) {
      if (message !== undefined) waiting.add(message);
      if (enumeration !== undefined) waiting.add(enumeration);
    }
  }
  return join(results);
}

function compareType<T extends DescMessage | DescEnum>(older: T, newer: T, comparison: Comparison): Result {
  const traffic = trafficOf(older, newer, comparison);
  if (older.kind === "message" && newer.kind === "message") {
    const { differences, lost } = compareMessages(older, newer, comparison);
    return {
      findings: differences.map((each) => toFinding(each, traffic, comparison)),
      lost: lost.flatMap(({ message }) => message ?? []),
    };
  }
  const differences = older.kind === "enum" && newer.kind === "enum" ? compareEnums(older, newer) : [];
  return { findings: differences.map((each) => toFinding(each, traffic, comparison)), lost: [] };
}

function toFinding(found: Difference, traffic: Traffic, { older, newer }: Comparison): Finding {
  return {
    rule: found.rule,
    message: found.message,
    breaks: whoBreaks(found.misreadings, traffic),
    formats: formatsOf(found.misreadings),
    ...(found.older !== undefined && { older: older.placeOf(found.older) }),
    ...(found.newer !== undefined && { newer: newer.placeOf(found.newer) }),
  };
}

/** Where the older version has it, or else the newer. */
function byPlace(a: Finding, b: Finding): number {
  const [first, second] = [a.older ?? a.newer, b.older ?? b.newer];
  if (first === undefined || second === undefined) return 0;
  if (first.path !== second.path) return first.path < second.path ? -1 : 1;
  return first.line - second.line || first.column - second.column;
}
