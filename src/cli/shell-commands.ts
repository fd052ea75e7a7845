import { Argument, type Command } from "commander";
import * as help from "./help.js";
import type { ExitCode, World } from "./world.js";

/** Adds what shells need to complete command lines. `end` is told how the command that ran has ended. */
export function addShellCommands(program: Command, world: World, end: (exitCode: ExitCode) => void): void {
  program.commandsGroup("Shell:");

  program
    .command("completion")
    .summary("print a script for your shell, which completes what you type")
    .description(help.COMPLETION)
    .addArgument(new Argument("<SHELL>", "which one").choices(["bash", "zsh", "fish"]))
    .addHelpText("after", help.COMPLETION_END)
    .action(async (shell: string) => {
      const { COMPLETION_SCRIPTS } = await import("./remote/completion-scripts.js");
      world.stdout.write(COMPLETION_SCRIPTS[shell]);
    });

  program
    .command("__complete", { hidden: true })
    .argument("[WORDS...]")
    .action(async (words: string[]) => {
      const { complete } = await import("./remote/complete.js");
      end(await complete(words, program, world));
    });
}
