import { below, seededRandom } from "../runtime/seeded-random.test.util.js";
import type { Violation } from "./crash-violation.test.util.js";
import { interleave, PROGRAM_KEYS, type StoreProgram } from "./store.test.util.js";

/** Runs programs on a store at once, drawn from a seed, and says what is wrong with what came of that. */
export function violationOfPrograms(seed: number): Violation | undefined {
  const random = seededRandom(seed);
  const isIn = () => random() < 0.4;
  const program = (): StoreProgram => ({
    reads: PROGRAM_KEYS.filter(isIn),
    scans: isIn(),
    writes: PROGRAM_KEYS[below(PROGRAM_KEYS.length, random)],
    deletes: isIn(),
  });
  const programs = Array.from({ length: 2 + below(4, random) }, program);
  const { together, alone, snapshot, before } = interleave(programs, (count) => below(count, random));
  const detail = `seed ${seed}: ${JSON.stringify({ programs, together, alone, snapshot })}`;
  if (`${together}` !== `${alone}`) return { oracle: "serializable", detail };
  if (`${snapshot}` !== `${before}`) return { oracle: "snapshot-of-one-moment", detail };
  return undefined;
}
