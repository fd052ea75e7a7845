import type { Journal } from "../../journal/journal.js";

/** What a home asks of its journal. */
export type HomeJournal = Pick<
  Journal,
  | "home"
  | "epoch"
  | "epochs"
  | "position"
  | "durablePosition"
  | "recordBytesMax"
  | "reservedBytesMax"
  | "failure"
  | "warnings"
  | "add"
  | "whenDurable"
  | "reserve"
  | "whenRoom"
  | "onFailure"
  | "onWarning"
  | "close"
>;
