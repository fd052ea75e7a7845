import { printJson, toner } from "../report.js";
import { ExitCode, type World } from "../world.js";
import { endText, problemLines } from "./journal-text.js";
import { type FoundJournal, type JournalCommandOptions, readJournal } from "./read-journal.js";

/** `redoubt journal verify` */
export async function verify(options: JournalCommandOptions, world: World): Promise<ExitCode> {
  const journal = await readJournal(options, world);
  const { problems, end, opens } = journal;
  const isWhole = problems.length === 0;
  if (options.json) {
    const state = !isWhole ? "damaged" : end?.isTorn === true ? "torn" : "whole";
    printJson({ ok: isWhole, state, end, opens, problems }, world);
  } else {
    world.stdout.write(isWhole ? wholeText(journal, world) : damagedText(journal, world));
  }
  return isWhole ? ExitCode.OK : ExitCode.FAILED;
}

function wholeText(journal: FoundJournal, { stdout }: World): string {
  const { records, checkpoints, segments, shown } = journal;
  const counts = `${segments.length} segments, ${checkpoints.length} checkpoints, ${records.count} records in the log`;
  return `${toner(stdout)("good", "whole")}  ${shown}: ${counts}\n       ${endText(journal)}\n`;
}

function damagedText(journal: FoundJournal, { stdout }: World): string {
  const tone = toner(stdout);
  const advice = journal.opens
    ? "The journal opens all the same, since one checkpoint and the log since it are whole: but nothing is left in reserve. Look after the disk."
    : "The journal does not open. Restore the whole folder from a backup; without one, what was acknowledged after the damage is lost.";
  const lines = problemLines(journal, tone);
  return `${lines.join("\n")}\n${advice}\n`;
}
