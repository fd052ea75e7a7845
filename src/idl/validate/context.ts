import type { Edition } from "@bufbuild/protobuf/wkt";
import type { DescribedFile } from "../describe/described.js";
import type { FileFeatures } from "../link/features.js";
import type { LinkedFile } from "../link/symbols.js";
import type { Diagnostics } from "../text/diagnostics.js";
import type { Span } from "../text/source.js";

/** A file whose rules are checked. */
export interface Context {
  readonly file: LinkedFile;
  readonly described: DescribedFile;
  readonly diagnostics: Diagnostics;
  readonly edition: Edition;
  readonly features: FileFeatures;
}

export function report(
  { described, diagnostics }: Context,
  span: Span,
  message: string,
  hint?: string,
): void {
  diagnostics.error(described.source, span, message, hint);
}
