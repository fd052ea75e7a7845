import { JournalError } from "./journal-error.js";

/** Something that was durable is not there any more: in a file of the journal in `folder`, `damage` says what is wrong with it. */
export function corruption(folder: string, file: string, offset: number, damage: string): JournalError {
  return new JournalError(
    "corrupt",
    `the journal in ${folder} is damaged: ${file}, offset ${offset}: ${damage}. Nothing was changed. Restore the whole folder ` +
      "from a backup; `redoubt journal verify` tells more",
    { place: { file, offset, damage } },
  );
}
