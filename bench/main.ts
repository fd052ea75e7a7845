/**
 * The benchmarks' command: `npm run bench -- SUITE [options]`.
 *
 * Exit code 0: all was measured; 1: something failed and is named in the output; 2: the command line is wrong.
 */
import { readArguments } from "./arguments.js";
import { suiteHelp, topHelp } from "./help.js";
import { Report } from "./report/report.js";
import { suites } from "./suites.js";

const request = readArguments(process.argv.slice(2), suites);
switch (request.kind) {
  case "help":
    process.stdout.write(request.suite === undefined ? topHelp(suites) : suiteHelp(request.suite));
    break;
  case "wrong":
    process.stderr.write(`bench: ${request.message}\n`);
    process.exitCode = 2;
    break;
  case "run": {
    const { suite, options } = request;
    const report = new Report(suite.name, options.json);
    await suite.run(options, report);
    process.exitCode = report.failureCount > 0 ? 1 : 0;
    break;
  }
  default:
    request satisfies never;
}
