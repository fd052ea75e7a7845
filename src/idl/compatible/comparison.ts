import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import type { Misreading } from "./finding.js";
import type { Pairs } from "./pairs.js";
import type { Member, Version } from "./version.js";

/** What two versions of a type are compared with. */
export interface Comparison {
  readonly older: Version;
  readonly newer: Version;
  readonly pairs: Pairs;
  /** What goes wrong when messages or enums are read as each other though neither took the other's place. */
  compareInner(inner: InnerTypes): readonly Misreading[];
  /** Whether an extension has another full name only because what encloses it has. */
  movedAlong(older: Member, newer: Member): boolean;
}

export type InnerTypes = readonly [DescMessage, DescMessage] | readonly [DescEnum, DescEnum];
