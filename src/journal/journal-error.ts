/**
 * What is the matter with a journal:
 * - `corrupt`: bytes that were durable are damaged or gone; it is not opened, and nothing was changed;
 * - `failed`: a write or sync has failed, so that nobody knows what is on the disk: nothing more is appended;
 * - `full`: the disk has no room for more; the journal lives on, and takes records again once there is room;
 * - `busy`: more was appended than the disk takes; wait for what is under way;
 * - `too-large`: the record can never fit into a segment;
 * - `trimmed`: what was asked for has been replaced by a checkpoint;
 * - `locked`: another process, or this one, has it open;
 * - `closed`: it was closed here;
 * - `not-a-journal`: the folder has other files, or none where a journal was expected;
 * - `unsupported`: a newer version wrote it, or the system lacks what it needs.
 */
export type JournalFault =
  | "corrupt"
  | "failed"
  | "full"
  | "busy"
  | "too-large"
  | "trimmed"
  | "locked"
  | "closed"
  | "not-a-journal"
  | "unsupported";

/** Where in a journal what is wrong. */
export interface JournalPlace {
  /** The path of the file. */
  readonly file: string;
  /** In bytes from the beginning of the file. */
  readonly offset: number;
  /** In words. */
  readonly damage: string;
}

/** Why a journal does not do what it was asked; the message says what, where, and the way out. */
export class JournalError extends Error {
  readonly fault: JournalFault;
  /** Known where a file is damaged or missing. */
  readonly place: JournalPlace | undefined;

  constructor(
    fault: JournalFault,
    message: string,
    options: { readonly cause?: unknown; readonly place?: JournalPlace } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "JournalError";
    this.fault = fault;
    this.place = options.place;
  }
}
