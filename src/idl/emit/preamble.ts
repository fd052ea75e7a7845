import type { DescFile } from "@bufbuild/protobuf";
import { Edition } from "@bufbuild/protobuf/wkt";
import { type Comments, lineComment, precedingLines } from "./comments.js";
import { featureOptions } from "./source-text.js";

/**
 * What stands before the imports: the comments above the file's first statement, where the module came from, and the
 * comments of the package.
 */
export function preamble(file: DescFile, comments: Comments, header: string): string {
  const packageName = file.proto.package;
  const scope = packageName === "" ? "" : `package ${packageName}, `;
  const lines = [
    ` ${header}`,
    ` @generated from file ${file.proto.name} (${scope}${syntaxText(file)})`,
    ...featureOptions(file.proto.options).map((option) => ` option ${option};`),
  ];
  return (
    precedingLines(comments.get(SYNTAX_PATH)) +
    lines.map(lineComment).join("") +
    "/* eslint-disable */\n\n" +
    precedingLines(comments.get(PACKAGE_PATH))
  );
}

/** Of `syntax` and of `edition`: the one is told as the other. */
const SYNTAX_PATH = "12";
const PACKAGE_PATH = "2";

function syntaxText({ edition, proto }: DescFile): string {
  switch (edition) {
    case Edition.EDITION_PROTO2:
      return "syntax proto2";
    case Edition.EDITION_PROTO3:
      return "syntax proto3";
    default:
      return `edition ${Edition[proto.edition].replace("EDITION_", "").toLowerCase()}`;
  }
}
