import type { Cores } from "../rpc/cores.js";
import type { Plan } from "./plan.js";

export interface MeasureOptions {
  readonly peers: readonly string[];
  readonly plan: Plan;
  readonly cores: Cores;
  /** A folder for what is measured. */
  readonly data: string;
  readonly progress: (text: string) => void;
}
