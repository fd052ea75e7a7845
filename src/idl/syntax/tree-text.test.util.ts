import type { TokenRange } from "./syntax.js";

/** A node of a syntax tree. */
export type AnyNode = TokenRange & { readonly kind: string };

/** What a syntax tree says, in parentheses: `(field optional int32 a 1)`. */
export function treeText(node: AnyNode): string {
  const part = node as never as Record<string, never>;
  switch (node.kind) {
    case "name":
      return part.text;
    case "identifier":
    case "int":
    case "float":
      return `${part.isNegative ? "-" : ""}${part.magnitude ?? part.text}`;
    case "string":
      return JSON.stringify(part.text);
    case "label":
    case "visibility":
      return part.value;
    case "max":
      return "max";
    case "empty":
      return ";";
    case "optionName":
      return (part.parts as AnyNode[]).map(treeText).join(".");
    case "optionNamePart":
      return part.isExtension ? `(${part.name})` : part.name;
    case "literalFieldName":
      return part.form === "field" ? part.name : `[${part.form} ${part.name}]`;
    case "rpcType":
      return `${part.stream === undefined ? "" : "stream "}${treeText(part.type)}`;
    default:
      return `(${[node.kind, ...partsOf(node).map((each) => (typeof each === "string" ? each : treeText(each)))].join(" ")})`;
  }
}

/** The nodes right below a node, and the words in it. */
function partsOf(node: AnyNode): (AnyNode | string)[] {
  const { kind, ...parts } = node;
  return Object.values(parts as Record<string, unknown>)
    .flat()
    .filter((part): part is AnyNode | string => typeof part === "string" || isNode(part));
}

/** The nodes right below a node. */
export function childrenOf(node: AnyNode): AnyNode[] {
  return partsOf(node).filter((part) => typeof part !== "string");
}

function isNode(part: unknown): part is AnyNode {
  return typeof part === "object" && part !== null && "kind" in part;
}
