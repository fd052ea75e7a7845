import { printJson, toner } from "../report.js";
import { ExitCode, type World } from "../world.js";
import { endText, problemLines } from "./journal-text.js";
import { type FoundJournal, type JournalCommandOptions, readJournal } from "./read-journal.js";

/** `redoubt journal verify` */
export async function verify(options: JournalCommandOptions, world: World): Promise<ExitCode> {
  const journal = await readJournal(options, world);
  const { problems, unreadable, end, opens } = journal;
  const state = stateOf(journal);
  const ok = state === "whole" || state === "torn";
  if (options.json) printJson({ ok, state, end, opens, problems, unreadable }, world);
  else world.stdout.write(ok ? wholeText(journal, world) : troubleText(journal, world));
  return ok ? ExitCode.OK : ExitCode.FAILED;
}

function stateOf({ problems, unreadable, end }: FoundJournal): "damaged" | "unreadable" | "torn" | "whole" {
  if (problems.length > 0) return "damaged";
  if (unreadable.length > 0) return "unreadable";
  return end?.isTorn === true ? "torn" : "whole";
}

function wholeText(journal: FoundJournal, { stdout }: World): string {
  const { records, checkpoints, segments, shown } = journal;
  const counts = `${segments.length} segments, ${checkpoints.length} checkpoints, ${records.count} records in the log`;
  return `${toner(stdout)("good", "whole")}  ${shown}: ${counts}\n       ${endText(journal)}\n`;
}

function troubleText(journal: FoundJournal, { stdout }: World): string {
  return `${problemLines(journal, toner(stdout)).join("\n")}\n${adviceOn(journal)}\n`;
}

function adviceOn({ problems, opens, state }: FoundJournal): string {
  if (problems.length === 0)
    return "Every byte is as it was written, but this version cannot open a home with these records. If a newer version of Redoubt wrote them, take that. Otherwise the fault is Redoubt's: keep a copy of the folder, and report this.";
  if (opens)
    return "The journal opens all the same, since one checkpoint and the log since it are whole: but nothing is left in reserve. Look after the disk.";
  return state.owner.kind === "durable client"
    ? "The journal does not open. Do not restore a durable client's folder from a backup: its home refuses one that does not know its latest calls. Open a new folder, and find out by hand what became of the calls that `redoubt journal inspect` shows as unfinished, and of later ones."
    : "The journal does not open. Restore the whole folder from a backup; without one, what was acknowledged after the damage is lost.";
}
