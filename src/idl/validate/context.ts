import type { Message } from "@bufbuild/protobuf";
import type { Edition } from "@bufbuild/protobuf/wkt";
import type { DescribedFile } from "../described.js";
import type { Diagnostics } from "../diagnostics.js";
import type { ResolvedFeatures } from "../features.js";
import type { Span } from "../source.js";
import type { LinkedFile } from "../symbols.js";

/** A file whose rules are checked. */
export interface Context {
  readonly file: LinkedFile;
  readonly described: DescribedFile;
  readonly diagnostics: Diagnostics;
  readonly edition: Edition;
  readonly features: ReadonlyMap<Message, ResolvedFeatures>;
}

export function report(
  { described, diagnostics }: Context,
  span: Span,
  message: string,
  hint?: string,
): void {
  diagnostics.error(described.source, span, message, hint);
}
