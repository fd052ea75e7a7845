/** Something in the code without which a promise is not kept. */
export interface Guard {
  readonly name: string;
  /** The file, and the text in it that is the guard: it stands there once. */
  readonly file: string;
  readonly text: string;
  /** What stands there when it is off. */
  readonly instead: string;
  /** What notices. */
  readonly by: "worlds" | "orders" | "points" | "journal";
  /** Any of these has to. */
  readonly oracles: readonly string[];
  /** The family of worlds that notices soonest; for a guard of the journal, the check. */
  readonly family?: string;
}
