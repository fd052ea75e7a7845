import type { DescOneof } from "@bufbuild/protobuf";
import { type Difference, difference } from "./difference.js";
import type { Misreading } from "./finding.js";
import { groupBy } from "./group-by.js";
import { namesText } from "./reserved.js";
import type { Member } from "./version.js";

interface FieldPair {
  readonly older: Member;
  readonly newer: Member;
}

/** What was found about oneofs, and the older fields that it is about. */
export interface OneofComparison {
  readonly differences: readonly Difference[];
  readonly concerned: ReadonlySet<Member>;
}

/** Fields that are in both versions, of which at most one can be set in one version, and several in the other. */
export function compareOneofs(fields: readonly FieldPair[]): OneofComparison {
  const differences: Difference[] = [];
  const concerned = new Set<Member>();
  const add = (members: readonly FieldPair[], found: Difference): void => {
    differences.push(found);
    for (const { older } of members) concerned.add(older);
  };
  for (const [oneof, members] of groupBy(fields, ({ newer }) => newer.oneof)) {
    if (isSplit(members.map(({ older }) => older.oneof))) add(members, joined(oneof, members));
  }
  for (const [oneof, members] of groupBy(fields, ({ older }) => older.oneof)) {
    if (isSplit(members.map(({ newer }) => newer.oneof))) add(members, left(oneof, members));
  }
  return { differences, concerned };
}

/** Whether fields that are in one oneof here can be set together there, given the oneofs that they are in there. */
function isSplit(oneofs: readonly (DescOneof | undefined)[]): boolean {
  return oneofs.length > 1 && oneofs.some((oneof) => oneof === undefined || oneof !== oneofs[0]);
}

function joined(oneof: DescOneof, fields: readonly FieldPair[]): Difference {
  const change = `${fieldsText(fields)} exclude each other now, in oneof \`${oneof.name}\` of \`${oneof.parent.typeName}\``;
  const newer = fields.find((field) => field.older.oneof === undefined)?.newer ?? fields[0].newer;
  return difference("oneof-joined", change, clashes("newer"), fields[0].older, newer);
}

function left(oneof: DescOneof, fields: readonly FieldPair[]): Difference {
  const change = `${fieldsText(fields)} no longer exclude each other, as they did in oneof \`${oneof.name}\` of \`${oneof.parent.typeName}\``;
  return difference("oneof-left", change, clashes("older"), oneof, fields[0].newer);
}

function fieldsText(fields: readonly FieldPair[]): string {
  return `fields ${namesText(fields.map(({ newer }) => newer.name))}`;
}

function clashes(reader: Misreading["reader"]): Misreading[] {
  return [
    { reader, format: "wire", what: "keeps only the last where the other set several" },
    { reader, format: "json", what: "refuses several of them" },
  ];
}
