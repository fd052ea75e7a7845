import { Edition, type FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import type {
  ExtendNode,
  FieldNode,
  GroupNode,
  ImportNode,
  MapFieldNode,
  OneofNode,
  PackageNode,
  ReservedNode,
  SyntaxNode,
  TokenRange,
  VisibilityNode,
} from "../syntax/syntax.js";
import type { Description } from "./description.js";
import { EDITIONS } from "./edition.js";

// What may be written depends on the file's edition, and on where it stands.

/** A file is in a language that we know. */
export function checkSyntax(description: Description, { keyword, value }: SyntaxNode): void {
  if (EDITIONS[keyword].has(value.text)) return;
  const other = keyword === "syntax" ? "edition" : "syntax";
  const known = [...EDITIONS[keyword].keys()].map((name) => `\`${name}\``).join(" and ");
  let hint = `there are ${known}`;
  if (EDITIONS[other].has(value.text)) hint = `write \`${other} = "${value.text}";\``;
  else if (keyword === "syntax") hint += ', and editions: `edition = "2023";`';
  description.error(value, `${keyword} \`${value.text}\` is not known`, hint);
}

/** How many characters a package's name can have, as in protoc. */
const PACKAGE_LENGTH_MAX = 511;

/** How many parts a package's name can have, as in protoc. */
const PACKAGE_PARTS_MAX = 101;

/** Whether a package's name can be used. What is not shorter would be in front of every name of the file. */
export function checkPackage(description: Description, { name }: PackageNode): boolean {
  const isLong = name.text.length > PACKAGE_LENGTH_MAX;
  const isDeep = name.text.split(".").length > PACKAGE_PARTS_MAX;
  if (isLong) description.error(name, `the package's name is longer than ${PACKAGE_LENGTH_MAX} characters`);
  if (isDeep) description.error(name, `the package has more than ${PACKAGE_PARTS_MAX} parts`);
  return !isLong && !isDeep;
}

/** Edition 2024 took `weak` away and brought `option`, whose imports stand behind all others. */
export function checkImport(description: Description, proto: FileDescriptorProto, node: ImportNode): void {
  const { modifier, modifierToken = node.first } = node;
  const at = { first: modifierToken, last: modifierToken };
  const is2024 = description.edition >= Edition.EDITION_2024;
  if (modifier === "weak" && is2024)
    description.error(at, "`import weak` was removed in edition 2024", "use `import option`");
  if (modifier === "option" && !is2024) description.error(at, "`import option` is new in edition 2024");
  if (modifier !== "option" && proto.optionDependency.length > 0)
    description.error(node, "imports must stand before option imports");
}

/** `export` and `local` came with edition 2024. */
export function checkVisibility(description: Description, node: VisibilityNode): void {
  if (description.edition < Edition.EDITION_2024)
    description.error(node, `\`${node.value}\` is new in edition 2024`);
}

/** Reserved names are identifiers in editions, and strings before. */
export function checkReserved(description: Description, { names }: ReservedNode): void {
  const areIdentifiers = isInEdition(description);
  for (const name of names) {
    if ((name.kind === "name") === areIdentifiers) continue;
    if (areIdentifiers)
      description.error(name, "a reserved name has no quotes in editions", `write \`${name.text}\``);
    else
      description.error(
        name,
        "a reserved name must be a string",
        `write \`"${name.text}"\`: only editions have names without quotes here`,
      );
  }
}

/** Where a field stands decides which labels it can have, and whether it can be a group or a map. */
export function checkField(
  description: Description,
  node: FieldNode | GroupNode | MapFieldNode,
  parent: OneofNode | ExtendNode | undefined,
): void {
  if (node.kind === "map") {
    checkMap(description, node, parent);
    return;
  }
  if (parent?.kind === "oneof") checkOneofMember(description, node);
  else checkLabel(description, node);
  if (node.kind === "group") checkGroup(description, node);
  else if (parent?.kind !== "oneof") checkType(description, node);
}

function checkMap(
  description: Description,
  { label, type }: MapFieldNode,
  parent: OneofNode | ExtendNode | undefined,
): void {
  if (label !== undefined) {
    const hint = `leave out \`${label.value}\`: a map holds any number of entries`;
    description.error(label, "a map has no label", hint);
  }
  if (parent?.kind === "oneof")
    description.error(type, "a map cannot stand in a oneof", "put the map into a message of its own");
  if (parent?.kind === "extend")
    description.error(
      type,
      "a map cannot be an extension",
      "put the map into a message and extend with that",
    );
}

function checkOneofMember(description: Description, { label }: FieldNode | GroupNode): void {
  if (label === undefined) return;
  const hint =
    label.value === "repeated"
      ? "put the repeated field into a message of its own"
      : `leave out \`${label.value}\`${label.value === "optional" ? ": it has presence anyway" : ""}`;
  description.error(label, "a field in a oneof has no label", hint);
}

function checkLabel(description: Description, node: FieldNode | GroupNode): void {
  const { label } = node;
  if (description.edition === Edition.EDITION_PROTO2) {
    if (label === undefined) missingLabel(description, node);
  } else if (label?.value === "required") {
    if (isInEdition(description))
      description.error(
        label,
        "editions have no label `required`",
        "write `[features.field_presence = LEGACY_REQUIRED]`",
      );
    else description.error(label, "proto3 has no required fields", "leave out `required`");
  } else if (label?.value === "optional" && isInEdition(description)) {
    const hint = "leave it out: a field has presence unless `features.field_presence` says otherwise";
    description.error(label, "editions have no label `optional`", hint);
  }
}

function missingLabel(description: Description, node: FieldNode | GroupNode): void {
  const type = node.kind === "group" ? tokenRange(node.keyword) : node.type;
  const where = node.kind === "group" ? "`group`" : "the type";
  const hint =
    description.tree.syntax === undefined
      ? 'a file of proto3 begins with `syntax = "proto3";`'
      : `put \`optional\`, \`required\` or \`repeated\` before ${where}`;
  description.error(type, `the field \`${node.name.text}\` has no label`, hint);
}

function checkGroup(description: Description, { keyword, name }: GroupNode): void {
  const at = tokenRange(keyword);
  if (isInEdition(description))
    description.error(
      at,
      "editions have no groups",
      "write a nested message and a field of that type with `[features.message_encoding = DELIMITED]`",
    );
  else if (description.edition === Edition.EDITION_PROTO3)
    description.error(at, "proto3 has no groups", "write a nested message and a field of that type");
  if (/^[A-Z]/.test(name.text)) return;
  const capitalized = name.text.charAt(0).toUpperCase() + name.text.slice(1);
  const hint = capitalized === name.text ? undefined : `write \`${capitalized}\``;
  description.error(name, "the name of a group must start with a capital letter", hint);
}

/** From edition 2024 on, `export` and `local` are no types where a message's element begins. */
function checkType(description: Description, { label, type }: FieldNode): void {
  if (description.edition < Edition.EDITION_2024 || label !== undefined) return;
  const [first] = type.text.split(".", 1);
  if (first !== "export" && first !== "local") return;
  const hint = `for the type write \`.${type.text}\``;
  description.error(tokenRange(type.first), `only messages and enums can be \`${first}\``, hint);
}

function isInEdition({ edition }: Description): boolean {
  return edition >= Edition.EDITION_2023;
}

function tokenRange(index: number): TokenRange {
  return { first: index, last: index };
}
