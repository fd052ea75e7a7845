import { Journal, type JournalOptions } from "../../journal/journal.js";
import { JournalError } from "../../journal/journal-error.js";
import type { JournaledState } from "../../journal/journaled-state.js";
import { strangeOwner } from "../record-owner.js";
import { recordKindName } from "./records.js";

/** Opens the journal of a home. @throws JournalError, also where it is somebody else's, or one of its records cannot be read */
export async function openJournal(
  folder: string,
  state: JournaledState,
  options: JournalOptions,
): Promise<Journal> {
  try {
    return await Journal.open(folder, new ReadState(state), options);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    const owner = strangeOwner(error.cause);
    if (owner !== undefined)
      throw new JournalError(
        "not-a-journal",
        `the journal in ${folder} is that of ${owner}: a home needs a folder of its own`,
        { cause: error },
      );
    const message =
      `the journal in ${folder} is not that of a home, or a newer version of Redoubt wrote it: ${error.message}. ` +
      "Open it with the version that wrote it; if that is this one, the fault is Redoubt's: keep a copy of the folder, and " +
      `report what \`redoubt journal verify ${folder}\` says`;
    throw new JournalError("not-a-journal", message, { cause: error });
  }
}

/** Says of a record that cannot be read which one that is. */
class UnreadableRecord extends Error {
  constructor(which: string, record: Uint8Array, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${which} (${recordKindName(record)}, ${record.length} bytes) cannot be read: ${reason}`, {
      cause,
    });
    this.name = "UnreadableRecord";
  }
}

/** A state that tells where the records stand that it cannot read. */
class ReadState implements JournaledState {
  private readonly state: JournaledState;
  private restored = 0;

  constructor(state: JournaledState) {
    this.state = state;
  }

  restore(record: Uint8Array): void {
    this.restored++;
    try {
      this.state.restore(record);
    } catch (error) {
      throw new UnreadableRecord(`record ${this.restored} of the newest checkpoint`, record, error);
    }
  }

  apply(record: Uint8Array, position: number): void {
    try {
      this.state.apply(record, position);
    } catch (error) {
      throw new UnreadableRecord(`the record that ends at position ${position} of the log`, record, error);
    }
  }

  snapshot(): Iterable<Uint8Array> {
    return this.state.snapshot();
  }
}
