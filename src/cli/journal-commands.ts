import type { Command } from "commander";
import * as help from "./help.js";
import { jsonOption } from "./options.js";
import type { ExitCode, World } from "./world.js";

/** Adds the commands that look at journals. `end` is told how the one that ran has ended. */
export function addJournalCommands(program: Command, world: World, end: (exitCode: ExitCode) => void): void {
  const journal = program
    .commandsGroup("Journals:")
    .command("journal")
    .summary("look at a journal: what it holds, and whether it is whole")
    .description(help.JOURNAL)
    .helpCommand(false)
    .addHelpText("after", help.JOURNAL_END);

  journal
    .command("inspect")
    .summary("show what a journal holds")
    .description(help.JOURNAL_INSPECT)
    .argument("<DIR>", help.JOURNAL_FOLDER)
    .addOption(jsonOption())
    .action(async (folder: string, options) => {
      const { inspect } = await import("./journal/inspect.js");
      end(await inspect({ ...options, folder }, world));
    });

  journal
    .command("verify")
    .summary("read all of a journal and tell whether it is whole")
    .description(help.JOURNAL_VERIFY)
    .argument("<DIR>", help.JOURNAL_FOLDER)
    .addOption(jsonOption())
    .action(async (folder: string, options) => {
      const { verify } = await import("./journal/verify.js");
      end(await verify({ ...options, folder }, world));
    });
}
