import { type DescFile, isFieldSet } from "@bufbuild/protobuf";
import { type SourceCodeInfo_Location, SourceCodeInfo_LocationSchema } from "@bufbuild/protobuf/wkt";

const LOCATION = SourceCodeInfo_LocationSchema.field;

/** The comments of a file, by the path of what they stand at, joined with dots. */
export type Comments = ReadonlyMap<string, SourceCodeInfo_Location>;

export function commentsOf({ proto }: DescFile): Comments {
  const found = new Map<string, SourceCodeInfo_Location>();
  for (const location of proto.sourceCodeInfo?.location ?? []) {
    if (!hasComments(location)) continue;
    const path = location.path.join(".");
    if (!found.has(path)) found.set(path, location);
  }
  return found;
}

function hasComments(location: SourceCodeInfo_Location): boolean {
  return (
    isFieldSet(location, LOCATION.leadingComments) ||
    isFieldSet(location, LOCATION.trailingComments) ||
    location.leadingDetachedComments.length > 0
  );
}

/** What stands right before and right after, without the blank that lines start with, and an empty line behind it. */
export function attachedText(location: SourceCodeInfo_Location | undefined): string {
  if (location === undefined) return "";
  let text = withoutLineEnd(location.leadingComments);
  if (isFieldSet(location, LOCATION.trailingComments)) {
    text = withoutLineEnd(`${text}${text === "" ? "" : "\n\n"}${location.trailingComments}`);
  }
  return text === "" ? "" : `${text.replace(/(^|\n) /g, "$1")}\n\n`;
}

/** What stands before, detached or not, as comment lines with a blank line behind each. */
export function precedingLines(location: SourceCodeInfo_Location | undefined): string {
  if (location === undefined) return "";
  const comments = [...location.leadingDetachedComments];
  if (isFieldSet(location, LOCATION.leadingComments)) comments.push(location.leadingComments);
  return comments.map((comment) => `${lineComment(withoutLineEnd(comment))}\n`).join("");
}

function withoutLineEnd(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

/** Comment lines. What ends a line in TypeScript and not in a `.proto` file does not get text out of the comment. */
export function lineComment(text: string): string {
  return text
    .split(/\n|\r(?!\n|$)|[\u2028\u2029]/)
    .map((line) => `//${line}\n`)
    .join("");
}

/** A doc comment, with a line end behind it. */
export function docComment(text: string, indentation = ""): string {
  const lines = text.replaceAll("*/", "*\\/").split("\n");
  const body = lines.map((line) => `${indentation} *${line === "" ? "" : ` ${line}`}\n`).join("");
  return `${indentation}/**\n${body}${indentation} */\n`;
}
