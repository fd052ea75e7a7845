import { DECLARATIONS } from "./declarations.test.util.js";
import { EDITIONS } from "./editions.test.util.js";
import { OPTIONS } from "./options.test.util.js";
import type { ValidCase } from "./valid-case.test.util.js";
import { WORDS } from "./words.test.util.js";

/** All doubtful files, by theme. `npm run corpus -- --only valid` checks that their descriptors are those of protoc. */
export const VALID: Readonly<Record<string, readonly ValidCase[]>> = {
  words: WORDS,
  declarations: DECLARATIONS,
  options: OPTIONS,
  editions: EDITIONS,
};
