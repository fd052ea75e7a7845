import { execFile, execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../command-line.js";
import { redoubt, temporaryFolder } from "../world.test.util.js";
import { COMPLETION_SCRIPTS } from "./completion-scripts.js";
import { startLab, tried } from "./lab.test.util.js";

/** What the last word could become. */
async function candidates(...words: string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await tried(["__complete", "--", ...words]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t")[0]);
}

describe("completion", () => {
  it("of commands", async () => {
    expect(await candidates("")).toEqual([...COMMANDS, "help"]);
    expect(await candidates("co")).toEqual(["compile", "compatible", "connections", "completion"]);
    expect(await candidates("help", "ca")).toEqual(["call"]);
    expect(await candidates("--ver")).toEqual(["--version"]);
    expect(await candidates("wat", "")).toEqual([]);
  });

  it("of commands of a command", async () => {
    expect(await candidates("journal", "")).toEqual(["inspect", "verify"]);
    expect(await candidates("journal", "v")).toEqual(["verify"]);
    expect(await candidates("journal", "verify", "--")).toContain("--json");
    expect(await candidates("journal", "verify", "")).toEqual([]);
  });

  it("of options", async () => {
    expect(await candidates("generate", "--im")).toEqual(["--import-extension"]);
    expect(await candidates("generate", "--import-extension", "")).toEqual(["js", "ts", "none"]);
    expect(await candidates("call", "--p")).toEqual(["--plaintext", "--proto"]);
    expect(await candidates("call", "--ca", "")).toEqual([]);
  });

  it("of arguments that are one of some", async () => {
    expect(await candidates("completion", "")).toEqual(["bash", "zsh", "fish"]);
  });

  it("of services and methods, which the server is asked for", async () => {
    const { address } = await startLab();
    const target = ["--plaintext", address];
    const methods = ["Echo", "Count", "Sum", "Chat", "Fail", "Metadata"].map((name) => `lab.v1.Lab/${name}`);
    expect(await candidates("call", ...target, "")).toEqual([
      "grpc.channelz.v1.Channelz/",
      "grpc.health.v1.Health/",
      "grpc.reflection.v1.ServerReflection/",
      "grpc.reflection.v1alpha.ServerReflection/",
      "lab.v1.Lab/",
    ]);
    expect(await candidates("call", ...target, "lab")).toEqual(methods);
    expect(await candidates("call", ...target, "lab.v1.Lab/C")).toEqual([
      "lab.v1.Lab/Count",
      "lab.v1.Lab/Chat",
    ]);
    expect(await candidates("call", ...target, "lab.v1.Lab/Count", "")).toEqual([]);
    expect(await candidates("ls", address, "--plaintext", "lab")).toEqual(["lab.v1.Lab"]);
    expect(await candidates("health", ...target, "l")).toEqual(["lab.v1.Lab"]);
    expect(await candidates("connections", ...target, "")).toEqual([]);
  });

  it("of what no server tells is none", async () => {
    expect(await candidates("call", "unix:/none.sock", "")).toEqual([]);
    expect(await candidates("call", "nonsense", "")).toEqual([]);
    expect(await candidates("call", "--timeout", "x", "unix:/none.sock", "")).toEqual([]);
  });
});

describe("redoubt completion", () => {
  it.each(Object.keys(COMPLETION_SCRIPTS))("prints the script for %s", async (shell) => {
    expect(await redoubt(".", ["completion", shell])).toEqual({
      exitCode: 0,
      stdout: COMPLETION_SCRIPTS[shell],
      stderr: "",
    });
  });

  it.skipIf(!hasShell("bash")).each([
    ["redoubt ca", ["__complete", "--", "ca"], ["call"]],
    ["redoubt call localhost:50051 ", ["__complete", "--", "call", "localhost:50051", ""], ["a.B/"]],
    ["redoubt call localhost:50", ["__complete", "--", "call", "localhost:50"], ["50051"]],
  ])("works in bash for %j", async (line, asked, replies) => {
    const folder = temporaryFolder({
      "completion.bash": COMPLETION_SCRIPTS.bash,
      redoubt: `#!/bin/sh
printf '%s\\n' "$@" > "$ASKED"
case "$*" in *ca) printf 'call\\tcall a method\\n';; *:50) echo localhost:50051;; *) echo a.B/;; esac
`,
      "try.bash": `source ./completion.bash
COMP_LINE=$1 COMP_POINT=\${#1}
_redoubt
printf '%s\\n' "\${COMPREPLY[@]}"
`,
    });
    chmodSync(`${folder}/redoubt`, 0o755);
    const env = { PATH: `${folder}:${process.env.PATH}`, ASKED: `${folder}/asked` };
    const { stdout } = await promisify(execFile)("bash", ["try.bash", line], { cwd: folder, env });
    expect(stdout.trimEnd().split("\n")).toEqual(replies);
    const { readFileSync } = await import("node:fs");
    expect(readFileSync(`${folder}/asked`, "utf8").replace(/\n$/, "").split("\n")).toEqual(asked);
  });

  it.each(["bash", "zsh", "fish"].filter(hasShell))("is understood by %s", (shell) => {
    const folder = temporaryFolder({ script: COMPLETION_SCRIPTS[shell] });
    expect(() => execFileSync(shell, ["-n", "script"], { cwd: folder, stdio: "pipe" })).not.toThrow();
  });
});

function hasShell(name: string): boolean {
  try {
    execFileSync(name, ["-c", "exit"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
