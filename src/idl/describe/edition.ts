import { Edition } from "@bufbuild/protobuf/wkt";
import type { SyntaxNode } from "../syntax/syntax.js";

/** What `syntax` and `edition` can be. */
export const EDITIONS: Readonly<Record<SyntaxNode["keyword"], ReadonlyMap<string, Edition>>> = {
  syntax: new Map([
    ["proto2", Edition.EDITION_PROTO2],
    ["proto3", Edition.EDITION_PROTO3],
  ]),
  edition: new Map([
    ["2023", Edition.EDITION_2023],
    ["2024", Edition.EDITION_2024],
  ]),
};

/** What a file is written in: proto2 if it does not say. An unknown one is taken for the newest of its kind. */
export function editionOf(node: SyntaxNode | undefined): Edition {
  if (node === undefined) return Edition.EDITION_PROTO2;
  const known = EDITIONS[node.keyword];
  return known.get(node.value.text) ?? [...known.values()].at(-1)!;
}
