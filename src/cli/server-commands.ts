import type { Command } from "commander";
import * as help from "./help.js";
import { jsonOption, repeatable } from "./options.js";
import type { ExitCode, World } from "./world.js";

/** Adds the commands that speak with a server. `end` is told how the one that ran has ended. */
export function addServerCommands(program: Command, world: World, end: (exitCode: ExitCode) => void): void {
  program.commandsGroup("Servers:");

  withTarget(
    program
      .command("call")
      .summary("call a method")
      .description(help.CALL)
      .argument("<TARGET>", help.TARGET)
      .argument("<METHOD>", "package.Service/Method; the package can be left out")
      .argument("[DATA]", help.DATA),
  )
    .option("-d, --data <DATA>", "the same as the argument DATA")
    .option("--defaults", "answers with all their fields, also those without a value")
    .option("-v, --verbose", "the headers and trailers of the answer as well, on the standard error")
    .option("--json", "each answer, and an error, on one line, also on a terminal")
    .addHelpText("after", help.CALL_END)
    .action(
      async (target: string, method: string, data: string | undefined, { data: sameData, ...options }) => {
        const { call } = await import("./remote/call.js");
        end(await call({ ...NO_LISTS, ...options, target, method, data, sameData }, world));
      },
    );

  withTarget(
    program
      .command("ls")
      .summary("list a server's services, or a service's methods")
      .description(help.LIST)
      .argument("<TARGET>", help.TARGET)
      .argument("[SERVICE]", "whose methods to list"),
  )
    .addOption(jsonOption())
    .addHelpText("after", help.LIST_END)
    .action(async (target: string, service: string | undefined, options) => {
      const { list } = await import("./remote/list.js");
      end(await list({ ...NO_LISTS, ...options, target, service }, world));
    });

  withTarget(
    program
      .command("describe")
      .summary("print a definition as a .proto file has it")
      .description(help.DESCRIBE)
      .argument("<TARGET>", help.TARGET)
      .argument("<NAME>", "of a service, method, message, field, oneof, enum or enum value"),
  )
    .addOption(jsonOption())
    .addHelpText("after", help.DESCRIBE_END)
    .action(async (target: string, name: string, options) => {
      const { describe } = await import("./remote/describe.js");
      end(await describe({ ...NO_LISTS, ...options, target, name }, world));
    });

  withConnection(
    program
      .command("health")
      .summary("tell whether a server, or a service of it, is serving")
      .description(help.HEALTH)
      .argument("<TARGET>", help.TARGET)
      .argument("[SERVICE]", "its full name; none: the server as a whole", ""),
  )
    .option("-w, --watch", "stay, and print each change")
    .addOption(jsonOption())
    .addHelpText("after", help.HEALTH_END)
    .action(async (target: string, service: string, options) => {
      const { health } = await import("./remote/health.js");
      end(await health({ ...NO_LISTS, ...options, target, service }, world));
    });

  withConnection(
    program
      .command("connections")
      .summary("show who is connected to a server, and what they do")
      .description(help.CONNECTIONS)
      .argument("<TARGET>", help.TARGET),
  )
    .option("-w, --watch", help.CONNECTIONS_WATCH)
    .option("--interval <DURATION>", "time between two looks of --watch", "1s")
    .addOption(jsonOption())
    .addHelpText("after", help.CONNECTIONS_END)
    .action(async (target: string, options) => {
      const { connections } = await import("./remote/connections.js");
      end(await connections({ ...NO_LISTS, ...options, target }, world));
    });
}

/** What options that can be given again are without being given. */
const NO_LISTS = { header: [], include: [] };

/** How to reach the server and how to ask it. */
function withConnection(command: Command): Command {
  return command
    .optionsGroup("Connection:")
    .option("--plaintext", "without TLS: whoever sees the network sees and can change everything")
    .option("--ca <FILE>", "certificates to trust, in PEM, in place of those of Node")
    .option("--cert <FILE>", "our certificate, in PEM, where the server wants one")
    .option("--key <FILE>", "its key, in PEM")
    .option("--server-name <NAME>", "whose certificate it must be, if not that of the host in TARGET")
    .addOption(repeatable("-H, --header <NAME:VALUE>", help.HEADER))
    .option("--timeout <DURATION>", help.TIMEOUT)
    .optionsGroup("Options:");
}

/** The same, and what to know of its interface. */
function withTarget(command: Command): Command {
  return withConnection(command)
    .option("--proto <PATH>", help.PROTO)
    .addOption(repeatable("-I, --include <DIR>", "where imports begin, with --proto; can be given again"));
}
