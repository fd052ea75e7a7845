import type { SourceCodeInfo_Location } from "@bufbuild/protobuf/wkt";
import type { Difference } from "./ledger.js";

type Location = SourceCodeInfo_Location;

/** How the places of two files differ, the order of those of one path apart. */
export function locationDifferences(ours: readonly Location[], theirs: readonly Location[]): Difference[] {
  const unmatched = byPath(theirs);
  const found: Difference[] = [];
  for (const location of ours) {
    const other = unmatched.get(keyOf(location))?.shift();
    if (other === undefined) found.push({ kind: kindOfMissing(location), detail: shown(location) });
    else found.push(...contentDifferences(location, other));
  }
  for (const location of [...unmatched.values()].flat())
    found.push({ kind: kindOfAdditional(location), detail: shown(location) });
  return found;
}

function byPath(locations: readonly Location[]): Map<string, Location[]> {
  const found = new Map<string, Location[]>();
  for (const location of locations) {
    const same = found.get(keyOf(location));
    if (same === undefined) found.set(keyOf(location), [location]);
    else same.push(location);
  }
  return found;
}

function keyOf({ path }: Location): string {
  return path.join(".");
}

function contentDifferences(ours: Location, theirs: Location): Difference[] {
  const found: Difference[] = [];
  const detail = `${shown(ours)}, not ${shown(theirs)}`;
  if (ours.span.join() !== theirs.span.join()) found.push({ kind: kindOfSpan(ours, theirs), detail });
  const [a, b] = [commentsOf(ours), commentsOf(theirs)];
  if (a !== b)
    found.push({ kind: withoutLastEnd(a) === withoutLastEnd(b) ? "end of a comment" : "comment", detail });
  return found;
}

function commentsOf({ leadingComments, trailingComments, leadingDetachedComments }: Location): string {
  return JSON.stringify([leadingComments, trailingComments, ...leadingDetachedComments]);
}

function withoutLastEnd(comments: string): string {
  return comments.replaceAll('\\n"', '"');
}

function kindOfMissing({ path }: Location): string {
  const { type, rest } = ownerOf(path);
  if (rest.length === 0) return type === "options" ? "place of brackets without options" : "missing place";
  if (type === "field" && rest[0] === FIELD_JSON_NAME) return "place of a JSON name";
  if (type === "field" && rest[0] === FIELD_TYPE) return "place of a group's type";
  if (rest.length === 1 && RANGES[type]?.includes(rest[0])) return "place of more ranges";
  return "missing place";
}

function kindOfAdditional({ path }: Location): string {
  const { type, rest } = ownerOf(path);
  return type === "options" && rest.length > 1 ? "place within an option" : "additional place";
}

function kindOfSpan(ours: Location, theirs: Location): string {
  const { type, rest } = ownerOf(ours.path);
  const isWithin =
    (isBefore(start(ours), start(theirs)) && isBefore(end(theirs), end(ours))) ||
    (isBefore(start(theirs), start(ours)) && isBefore(end(ours), end(theirs)));
  if (type === "field" && rest[0] === FIELD_TYPE_NAME) return "place of a group's type";
  if (!isWithin) return "span";
  if (type === "field" && rest[0] === FIELD_DEFAULT_VALUE) return "span of a default";
  return type === "options" && rest.length > 0 ? "span of an option" : "span";
}

type Position = readonly [line: number, column: number];

function start({ span }: Location): Position {
  return [span[0], span[1]];
}

function end({ span }: Location): Position {
  return span.length === 4 ? [span[2], span[3]] : [span[0], span[2]];
}

function isBefore(a: Position, b: Position): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] <= b[1]);
}

const FIELD_TYPE = 5;
const FIELD_TYPE_NAME = 6;
const FIELD_DEFAULT_VALUE = 7;
const FIELD_JSON_NAME = 10;

/** Extension ranges, reserved ranges, reserved names. */
const RANGES: Readonly<Partial<Record<Owner, readonly number[]>>> = { message: [5, 9, 10], enum: [4, 5] };

type Owner =
  | "file"
  | "message"
  | "field"
  | "oneof"
  | "range"
  | "enum"
  | "value"
  | "service"
  | "method"
  | "options";

/** What the fields of descriptors lead to. */
const CHILDREN: Readonly<Record<Owner, Readonly<Record<number, Owner>>>> = {
  file: { 4: "message", 5: "enum", 6: "service", 7: "field", 8: "options" },
  message: { 2: "field", 3: "message", 4: "enum", 5: "range", 6: "field", 7: "options", 8: "oneof" },
  field: { 8: "options" },
  oneof: { 2: "options" },
  range: { 3: "options" },
  enum: { 2: "value", 3: "options" },
  value: { 3: "options" },
  service: { 2: "method", 3: "options" },
  method: { 4: "options" },
  options: {},
};

/** The innermost descriptor that a path leads into, and the rest of the path in there. */
function ownerOf(path: readonly number[]): { type: Owner; rest: readonly number[] } {
  let type: Owner = "file";
  for (let at = 0; ; ) {
    const child: Owner | undefined = CHILDREN[type][path[at]];
    if (child === undefined || (child !== "options" && at + 1 === path.length))
      return { type, rest: path.slice(at) };
    type = child;
    at += child === "options" ? 1 : 2;
  }
}

function shown({ path, span, leadingComments, trailingComments, leadingDetachedComments }: Location): string {
  const comments = [leadingComments, trailingComments, ...leadingDetachedComments].filter(
    (text) => text !== "",
  );
  return `path ${path.join(".")} at ${span.join(":")}${comments.map((text) => ` ${JSON.stringify(text)}`).join("")}`;
}
