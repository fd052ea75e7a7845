import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageJson, ROOT } from "./repository.js";

// The package as somebody who has installed it sees it: packed, unpacked elsewhere, compiled against and run.

const run = promisify(execFile);
const { name, version } = packageJson();

/** Uses a value, a type and a class of each face. */
const PROGRAM = `
import { Channel, type CallOptions, Credentials, RpcError, Server, Status, VERSION } from "${name}";
import { BadRequestSchema, detail } from "${name}/errors";
import { addChannelz, addHealth, addReflection, type ServiceHealth } from "${name}/services";

const options: CallOptions = { timeoutMs: 500 };
const details = [detail(BadRequestSchema, { fieldViolations: [{ field: "path" }] })];
const error = new RpcError(Status.NOT_FOUND, "none", { details });
const field: string | undefined = error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field;
async function main(): Promise<void> {
  const server = new Server();
  const health: ServiceHealth = addHealth(server);
  health.set("", "NOT_SERVING");
  addReflection(server);
  const address = await server.listen("127.0.0.1:0", Credentials.insecure());
  await using channel = new Channel(address, { credentials: Credentials.insecure() });
  addChannelz(server, { channels: [channel] });
  await channel.close();
  await server.close();
  console.log(VERSION, RpcError.is(error), error.codeName, field, options.timeoutMs);
}
void main();
`;

const project = mkdtempSync(join(tmpdir(), "redoubt-consumer-"));
afterAll(() => rmSync(project, { recursive: true, force: true }));

beforeAll(async () => {
  const installed = join(project, "node_modules", name);
  mkdirSync(installed, { recursive: true });
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", project];
  const { stdout } = await run("npm", args, { cwd: ROOT });
  const tarball = join(project, JSON.parse(stdout)[0].filename);
  await run("tar", ["-xzf", tarball, "--strip-components=1", "-C", installed]);
  for (const scope of ["@bufbuild", "@types"]) {
    symlinkSync(join(ROOT, "node_modules", scope), join(project, "node_modules", scope), "dir");
  }
  for (const file of ["module.mts", "common.cts"]) writeFileSync(join(project, file), PROGRAM);
});

test.each([
  ["nodenext", "module.mts"],
  ["nodenext", "common.cts"],
  ["bundler", "module.mts"],
])("its types satisfy a strict compiler with module resolution %s, in %s", async (resolution, file) => {
  const options = {
    target: "es2022",
    module: resolution === "bundler" ? "esnext" : resolution,
    moduleResolution: resolution,
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    outDir: join(project, resolution),
  };
  const config = join(project, `tsconfig.${resolution}.${file}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions: options, files: [file] }));
  await expectRun(join(ROOT, "node_modules", ".bin", "tsc"), ["-p", config], "");
});

test("runs when imported", async () => {
  await expectRun(
    process.execPath,
    [join(project, "nodenext", "module.mjs")],
    `${version} true NOT_FOUND path 500\n`,
  );
});

test("runs when required, which top-level await would forbid", async () => {
  await expectRun(
    process.execPath,
    [join(project, "nodenext", "common.cjs")],
    `${version} true NOT_FOUND path 500\n`,
  );
});

async function expectRun(command: string, args: readonly string[], expected: string): Promise<void> {
  const { stdout } = await run(command, args, { cwd: project, timeout: 30_000 }).catch((error) => {
    return expect.fail(`${command} ${args.join(" ")}\n${error.stdout}${error.stderr}`);
  });
  expect(stdout).toBe(expected);
}
