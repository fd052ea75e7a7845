import type { DescMessage } from "@bufbuild/protobuf";
import { rangesText } from "../describe/ranges.js";
import {
  compareDefaults,
  comparePresence,
  compareRequired,
  isRequired,
  newRequired,
  removedRequired,
} from "./absence.js";
import type { Comparison } from "./comparison.js";
import { type Difference, difference } from "./difference.js";
import {
  compareKeys,
  compareShapes,
  compareUtf8,
  keyMisreadings,
  memberName,
  memberText,
  ownerOf,
  shapeDifferences,
} from "./fields.js";
import { type Misreading, misreadByBoth } from "./finding.js";
import { numberSet, subtractNumbers } from "./number-set.js";
import { compareOneofs } from "./oneofs.js";
import { compareReserved, missingReservation, type Reserved, reservedOf } from "./reserved.js";
import { shapeOf, shapeText } from "./shape.js";
import type { Member } from "./version.js";

/** What was found in two versions of a message. */
export interface MessageComparison {
  readonly differences: readonly Difference[];
  /** Older fields that are no more or hold something else, which accounts for types that are not used any more. */
  readonly lost: readonly Member[];
}

export function compareMessages(
  older: DescMessage,
  newer: DescMessage,
  comparison: Comparison,
): MessageComparison {
  const before = comparison.older.membersOf(older);
  const after = comparison.newer.membersOf(newer);
  const reserved = reservedFor(newer);
  const { kept, differences, lost } = matchFields(before, after, reserved, newer, comparison);
  const oneofs = compareOneofs(kept);
  const shapes = kept.map((field) => shapeDifferences(field.older, field.newer, field.misreadings));
  return {
    differences: [
      ...differences,
      ...oneofs.differences,
      ...kept.flatMap((field, index) => [
        ...shapes[index],
        ...compareMeaning(field, oneofs.concerned.has(field.older), comparison),
      ]),
      ...compareReserved(older, newer),
      ...compareExtensionRanges(older, newer, before, reserved),
      ...compareMessageSet(older, newer),
    ],
    lost: [...lost, ...kept.filter((_, index) => shapes[index].length > 0).map((field) => field.older)],
  };
}

interface FieldMatches extends MessageComparison {
  readonly kept: readonly KeptField[];
}

/** Matches fields by number, as the wire does, and what is left by name. */
function matchFields(
  before: Members,
  after: Members,
  reserved: Reserved,
  newer: DescMessage,
  comparison: Comparison,
): FieldMatches {
  const namesBefore = byName(before);
  const namesAfter = byName(after);
  const differences: Difference[] = [];
  const lost: Member[] = [];
  const kept: KeptField[] = [];
  for (const member of before.values()) {
    const same = after.get(member.number);
    const namesake = namesAfter.get(memberName(member));
    if (namesake !== undefined && namesake !== same) {
      differences.push(numberDifference(member, namesake, before, after));
    } else if (same === undefined) {
      differences.push(...removedDifferences(member, newer, reserved));
      lost.push(member);
    } else {
      const field = keptField(member, same, comparison);
      const isAnother = namesBefore.has(memberName(same)) || isOnWire(field.misreadings);
      if (same === namesake || !isAnother) kept.push(field);
      else {
        differences.push(reusedDifference(field));
        lost.push(member);
      }
    }
  }
  for (const [name, member] of namesAfter) {
    if (isRequired(member) && !namesBefore.has(name) && !before.has(member.number))
      differences.push(newRequired(member));
  }
  return { kept, differences, lost };
}

/** Of a field that holds what it held: what its name, its absence and its text mean. */
function compareMeaning(
  { older, newer }: KeptField,
  isInOneof: boolean,
  comparison: Comparison,
): Difference[] {
  return [
    ...(comparison.movedAlong(older, newer) ? [] : compareKeys(older, newer)),
    ...compareRequired(older, newer),
    ...(isInOneof ? [] : comparePresence(older, newer)),
    ...compareDefaults(older, newer),
    ...compareUtf8(older, newer),
  ];
}

type Members = ReadonlyMap<number, Member>;

/** A field in two versions, and what of it one version reads otherwise than the other wrote it. */
interface KeptField {
  readonly older: Member;
  readonly newer: Member;
  readonly misreadings: readonly Misreading[];
}

function keptField(older: Member, newer: Member, comparison: Comparison): KeptField {
  const { misreadings, inner } = compareShapes(older, newer);
  if (inner === undefined || comparison.pairs.isPair(inner[0], inner[1]))
    return { older, newer, misreadings };
  return { older, newer, misreadings: [...misreadings, ...comparison.compareInner(inner)] };
}

function byName(members: Members): ReadonlyMap<string, Member> {
  return new Map([...members.values()].map((member) => [memberName(member), member]));
}

function isOnWire(misreadings: readonly Misreading[]): boolean {
  return misreadings.some(({ format }) => format === "wire");
}

function numberDifference(older: Member, newer: Member, before: Members, after: Members): Difference {
  const reads = (other: Member | undefined) =>
    other === undefined
      ? "skips what the other wrote"
      : `takes what the other wrote for \`${memberName(other)}\``;
  const misreadings: Misreading[] = [
    { reader: "newer", format: "wire", what: reads(after.get(older.number)) },
    { reader: "older", format: "wire", what: reads(before.get(newer.number)) },
    ...compareShapes(older, newer).misreadings.filter(({ format }) => format === "json"),
  ];
  const change = `${memberText(older)} has number ${newer.number} now`;
  return difference("field-number-changed", change, misreadings, older, newer);
}

function reusedDifference({ older, newer, misreadings }: KeptField): Difference {
  const text = (member: Member) => `\`${memberName(member)}\` (${shapeText(shapeOf(member))})`;
  const change = `number ${older.number} of \`${ownerOf(older).typeName}\` was ${text(older)} and is ${text(newer)} now`;
  const onWire = misreadings.filter(({ format, within }) => format === "wire" && within === undefined);
  const taken = onWire.length > 0 ? onWire : misreadByBoth("wire", "takes the one for the other");
  return difference("field-number-reused", change, [...taken, ...keyMisreadings(older, newer)], older, newer);
}

function removedDifferences(member: Member, newer: DescMessage, reserved: Reserved): Difference[] {
  if (isRequired(member)) return [removedRequired(member, newer)];
  const name = member.kind === "extension" ? undefined : member.name;
  const missing = missingReservation(reserved, member.number, name);
  if (missing === undefined) return [];
  const rule = missing.number ? "field-removed" : "field-name-not-reserved";
  const message = `${memberText(member)} was removed, and ${missing.text}`;
  return [{ rule, message, misreadings: missing.misreadings, older: member, newer }];
}

/** A message's own reservations, and those for extensions: single numbers within the ranges that are open for them. */
function reservedFor(message: DescMessage): Reserved {
  const { numbers, names } = reservedOf(message);
  const declared = message.proto.extensionRange.flatMap(({ options }) => options?.declaration ?? []);
  const single = declared
    .filter((each) => each.reserved)
    .map(({ number }) => ({ start: number, end: number + 1 }));
  return { numbers: numberSet([...numbers, ...single]), names };
}

function compareExtensionRanges(
  older: DescMessage,
  newer: DescMessage,
  before: Members,
  reserved: Reserved,
): Difference[] {
  const open = ({ proto }: DescMessage) => numberSet(proto.extensionRange);
  const known = [...before.keys()].map((number) => ({ start: number, end: number + 1 }));
  const accounted = numberSet([...open(newer), ...reserved.numbers, ...known]);
  const numbers = rangesText(subtractNumbers(open(older), accounted));
  if (numbers === undefined) return [];
  const message = `\`${older.typeName}\` is no longer open for extensions ${numbers}, and they are not reserved`;
  const misreadings = misreadByBoth("wire", "may take extensions for something else");
  return [{ rule: "extension-range-removed", message, misreadings, older, newer }];
}

/** A message set's extensions are written in a way of their own (proto2). */
function compareMessageSet(older: DescMessage, newer: DescMessage): Difference[] {
  const isSet = ({ proto }: DescMessage) => proto.options?.messageSetWireFormat === true;
  if (isSet(older) === isSet(newer)) return [];
  const change = `\`${older.typeName}\` is ${isSet(newer) ? "a message set now" : "no longer a message set"}`;
  const misreadings = misreadByBoth("wire", "skips what the other wrote");
  return [difference("message-set-changed", change, misreadings, older, newer)];
}
