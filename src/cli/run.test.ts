import { describe, expect, it, vi } from "vitest";
import { RULES } from "../idl/compatible/rules.js";
import { VERSION } from "../version.js";
import { COMMANDS } from "./command-line.js";
import * as inputs from "./inputs.js";
import { redoubt, temporaryFolder, testWorld } from "./world.test.util.js";

/** How commands end that need neither files nor servers, or whose folder is not there. */
const ENDS: Readonly<Record<string, number>> = { completion: 0, certificates: 0, journal: 1 };

describe("help", () => {
  it.each([[["--help"]], [["-h"]], [["help"]]])("%j names the commands and exit codes", async (args) => {
    const { exitCode, stdout, stderr } = await redoubt(".", args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command} `);
    expect(stdout).toContain("Exit codes:");
  });

  it.each(COMMANDS)("of %s is the same both ways, and has examples that work", async (command) => {
    const { exitCode, stdout } = await redoubt(".", ["help", command]);
    expect(exitCode).toBe(0);
    expect((await redoubt(".", [command, "--help"])).stdout).toBe(stdout);
    const examples =
      stdout.slice(stdout.indexOf("Examples:")).match(/^ {2}redoubt .*?(?= {2}| [|<>] ?|$)/gm) ?? [];
    expect(examples.length).toBeGreaterThanOrEqual(3);
    for (const example of examples) {
      const args = example
        .trim()
        .replaceAll("'", "")
        // Nobody listens there.
        .replace("localhost:50051", "unix:/none.sock")
        .split(" ")
        .slice(1)
        .filter((arg) => arg !== "--watch");
      const { exitCode, stderr } = await redoubt(temporaryFolder({ "request.json": "{}" }), args);
      // There are no such files and servers here, but nothing is wrong with the arguments.
      if (ENDS[command] !== undefined) expect(exitCode, example).toBe(ENDS[command]);
      else
        expect(`${exitCode} ${stderr}`, example).toMatch(/^[12] (?!redoubt: )|^1 .*cannot be used\n$|^114 /s);
    }
  });

  it("of compatible lists the rules", async () => {
    const { stdout } = await redoubt(".", ["help", "compatible"]);
    for (const rule of Object.keys(RULES)) expect(stdout).toContain(`\n  ${rule} `);
  });

  it("is told to who gives no command, as an error", async () => {
    const { exitCode, stdout, stderr } = await redoubt(".", []);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("Usage: redoubt");
  });

  it.each(["--version", "-v"])("%s", async (flag) => {
    expect(await redoubt(".", [flag])).toEqual({ exitCode: 0, stdout: `${VERSION}\n`, stderr: "" });
  });
});

describe("wrong arguments", () => {
  it.each([
    ["genrate", "unknown command `genrate`", "did you mean `generate`?"],
    ["cal", "unknown command `cal`", "did you mean `call`?"],
    [
      "completion tcsh",
      "command-argument value `tcsh` is invalid for argument `SHELL`. Allowed choices are bash, zsh, fish",
      "`redoubt help completion` tells more",
    ],
    ["wat", "unknown command `wat`", "`redoubt help` tells what there is"],
    ["help genrate", "unknown command `genrate`", "did you mean `generate`?"],
    ["generate --ouput x", "unknown option `--ouput`", "did you mean `--out`?"],
    ["generate --out", "option `-o, --out <DIR>` argument missing", "`redoubt help generate` tells more"],
    [
      "generate --import-extension mjs",
      "option `--import-extension <EXT>` argument `mjs` is invalid. Allowed choices are js, ts, none",
      "`redoubt help generate` tells more",
    ],
    [
      "generate --plugin es --import-extension ts",
      "`--import-extension` is for our own emitter, not for plugins",
      "give plugins theirs: `--plugin NAME=OPTIONS`",
    ],
    ["compile", "required option `-o, --out <FILE>` not specified", "`redoubt help compile` tells more"],
    [
      "compile -o - --json",
      "the standard output can have either the descriptors or --json",
      "name a file with -o",
    ],
    ["compatible old", "missing required argument `NEW`", "`redoubt help compatible` tells more"],
    [
      "compatible a b --allow field-rename",
      "there is no rule `field-rename`",
      "did you mean `field-renamed`?",
    ],
    ["compatible a b --allow wat", "there is no rule `wat`", "`redoubt help compatible` lists the rules"],
  ])("%s", async (args, message, hint) => {
    const { exitCode, stdout, stderr } = await redoubt(".", args.split(" "));
    if (args.includes("--json")) expect(JSON.parse(stdout).diagnostics).toMatchObject([{ message, hint }]);
    else expect(stderr).toBe(`redoubt: ${message}\n  hint: ${hint}\n`);
    expect(exitCode).toBe(2);
  });

  it("are told in JSON too", async () => {
    const { exitCode, stdout, stderr } = await redoubt(".", ["generate", "--json", "--ouput"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      diagnostics: [{ message: "unknown option `--ouput`" }],
    });
  });
});

describe("a bug of ours", () => {
  const bug = vi.spyOn(inputs, "resolveInputs");

  it.each([
    [
      {},
      "redoubt: this is a bug in redoubt: oops\n  hint: please report it with what REDOUBT_DEBUG=1 in the environment shows\n",
    ],
    [{ REDOUBT_DEBUG: "1" }, /^Error: oops\n +at .*\nredoubt: this is a bug in redoubt: oops\n$/s],
  ])("is admitted, with environment %j", async (env, said) => {
    bug.mockImplementationOnce(() => {
      throw new Error("oops");
    });
    const folder = temporaryFolder();
    const { exitCode, stdout, stderr } = await redoubt(folder, ["generate"], testWorld(folder, { env }));
    expect({ exitCode, stdout }).toEqual({ exitCode: 70, stdout: "" });
    if (typeof said === "string") expect(stderr).toBe(said);
    else expect(stderr).toMatch(said);
  });
});
