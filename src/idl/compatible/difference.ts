import type { AnyDesc } from "@bufbuild/protobuf";
import { describeChange, type Misreading } from "./finding.js";
import type { RuleName } from "./rules.js";

/** Something about messages or enums that one version reads otherwise than the other wrote it. */
export interface Difference {
  readonly rule: RuleName;
  readonly message: string;
  /** At least one. */
  readonly misreadings: readonly Misreading[];
  readonly older?: AnyDesc;
  readonly newer?: AnyDesc;
}

/** A difference whose message goes on to say what goes wrong. */
export function difference(
  rule: RuleName,
  change: string,
  misreadings: readonly Misreading[],
  older?: AnyDesc,
  newer?: AnyDesc,
): Difference {
  return { rule, message: describeChange(change, misreadings), misreadings, older, newer };
}
