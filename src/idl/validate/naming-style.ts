import type { Message } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  FeatureSet_EnforceNamingStyle,
  type FieldDescriptorProto,
  type ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { nameSpan, packageSpan } from "../describe/spans.js";
import { toLowerSnakeCase, toTitleCase, toUpperSnakeCase } from "../text/letter-case.js";
import type { Span } from "../text/source.js";
import { type Context, report } from "./context.js";

// The names that edition 2024 asks for (https://protobuf.dev/programming-guides/style/).

/** How names of some kind are written. */
interface Style {
  readonly name: "TitleCase" | "lower_snake_case" | "UPPER_SNAKE_CASE";
  readonly pattern: RegExp;
  readonly convert: (name: string) => string;
}

const TITLE: Style = { name: "TitleCase", pattern: /^[A-Z][A-Za-z0-9]*$/, convert: toTitleCase };

const LOWER: Style = {
  name: "lower_snake_case",
  pattern: /^[a-z][a-z0-9_]*$/,
  convert: toLowerSnakeCase,
};

const UPPER: Style = {
  name: "UPPER_SNAKE_CASE",
  pattern: /^[A-Z][A-Z0-9_]*$/,
  convert: toUpperSnakeCase,
};

const PACKAGE: Style = {
  ...LOWER,
  pattern: /^[a-z][a-z0-9_.]*$/,
  convert: (name) => name.split(".").map(toLowerSnakeCase).join("."),
};

/** An underscore that no letter follows. */
const LONELY_UNDERSCORE = /_(?![A-Za-z])/;

export function checkFileStyle(context: Context): void {
  const { file, described } = context;
  const { proto } = file;
  if (proto.package === "" || !isEnforced(context, proto)) return;
  checkName(context, "package", PACKAGE, proto.package, () => packageSpan(described));
}

export function checkMessageStyle(context: Context, message: DescriptorProto): void {
  checkPart(context, "message", TITLE, message);
  for (const oneof of message.oneofDecl) checkPart(context, "oneof", LOWER, oneof);
}

export function checkFieldStyle(context: Context, field: FieldDescriptorProto): void {
  checkPart(context, "field", LOWER, field);
}

export function checkEnumStyle(context: Context, each: EnumDescriptorProto): void {
  checkPart(context, "enum", TITLE, each);
  for (const value of each.value) checkPart(context, "enum value", UPPER, value);
}

export function checkServiceStyle(context: Context, service: ServiceDescriptorProto): void {
  checkPart(context, "service", TITLE, service);
  for (const method of service.method) checkPart(context, "rpc", TITLE, method);
}

function checkPart(
  context: Context,
  kind: string,
  style: Style,
  part: Message & { readonly name: string },
): void {
  if (isEnforced(context, part))
    checkName(context, kind, style, part.name, () => nameSpan(context.described, part));
}

function checkName(context: Context, kind: string, style: Style, name: string, span: () => Span): void {
  const hint = "`option features.enforce_naming_style = STYLE_LEGACY;` switches this off";
  if (!style.pattern.test(name)) {
    const text = `${kind} names are in ${style.name}: \`${style.convert(name)}\``;
    report(context, span(), text, hint);
  } else if (LONELY_UNDERSCORE.test(name)) {
    const part = name.split(".").find((each) => LONELY_UNDERSCORE.test(each));
    report(context, span(), `in a name, each underscore is followed by a letter: not \`${part}\``, hint);
  }
}

function isEnforced({ features }: Context, part: Message): boolean {
  return features.get(part).enforceNamingStyle === FeatureSet_EnforceNamingStyle.STYLE2024;
}
