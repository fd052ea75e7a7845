import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const BUILD = join(REPOSITORY, "build");
const SCRIPTS = join(REPOSITORY, "interop", "python");
/** The interfaces that Python gets stubs of, by the folders they are in; all may import what is in `proto`. */
const INTERFACES: Readonly<Record<string, readonly string[]>> = {
  proto: ["redoubt/options.proto", "redoubt/delivery.proto"],
  "examples/directories": ["directories.proto"],
  "interop/proto": ["empty", "messages", "test"].map((name) => `grpc/testing/${name}.proto`),
};

/** What comes with requirements.txt. */
const GRPC_IMPORTS = "import grpc, grpc_channelz, grpc_health, grpc_reflection, grpc_status, grpc_tools";

const INSTALL_MS_MAX = 240_000;
const TOOL_MS_MAX = 30_000;

const run = promisify(execFile);

/** A Python that can speak gRPC, and the programs for it. */
export interface PythonEnvironment {
  readonly python: string;
  /** Calls and serves the Directories service. */
  readonly clientScript: string;
  readonly serverScript: string;
  /** The example of a client that calls exactly once. */
  readonly exactlyOnceScript: string;
  /** One that survives its own death. */
  readonly durableScript: string;
  /** Ask for the standard services, and serve them. */
  readonly servicesClientScript: string;
  readonly servicesServerScript: string;
  /** The client and the server of gRPC's interoperability tests. */
  readonly interopClientScript: string;
  readonly interopServerScript: string;
  /** The folder of the generated stubs, which all programs need. */
  readonly generated: string;
}

/** Looks for python3 with grpcio, or installs grpcio below `build/`. Throws if it can do neither. */
export async function preparePython(): Promise<PythonEnvironment> {
  const python = (await hasGrpc("python3")) ? "python3" : await madeVenv();
  const generated = join(BUILD, "python-stubs");
  await mkdir(generated, { recursive: true });
  const outputs = [`--python_out=${generated}`, `--grpc_python_out=${generated}`];
  for (const [folder, files] of Object.entries(INTERFACES)) {
    const protoc = [
      "-m",
      "grpc_tools.protoc",
      ...[folder, "proto"].map((root) => `--proto_path=${join(REPOSITORY, root)}`),
      ...outputs,
      ...files,
    ];
    await run(python, protoc, { timeout: TOOL_MS_MAX, killSignal: "SIGKILL" });
  }
  return {
    python,
    clientScript: join(SCRIPTS, "directories_client.py"),
    serverScript: join(SCRIPTS, "directories_server.py"),
    exactlyOnceScript: join(REPOSITORY, "examples", "python", "exactly_once.py"),
    durableScript: join(SCRIPTS, "durable_client.py"),
    servicesClientScript: join(SCRIPTS, "services_client.py"),
    servicesServerScript: join(SCRIPTS, "services_server.py"),
    interopClientScript: join(SCRIPTS, "interop_client.py"),
    interopServerScript: join(SCRIPTS, "interop_server.py"),
    generated,
  };
}

async function hasGrpc(python: string): Promise<boolean> {
  try {
    await run(python, ["-c", GRPC_IMPORTS], { timeout: TOOL_MS_MAX, killSignal: "SIGKILL" });
    return true;
  } catch {
    return false;
  }
}

/** One virtual environment for each content of requirements.txt; a file in it says that it is whole. */
async function madeVenv(): Promise<string> {
  const requirements = join(SCRIPTS, "requirements.txt");
  const version = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 8);
  const venv = join(BUILD, `venv-python-${version}`);
  const python = join(venv, "bin", "python");
  const whole = join(venv, "installed");
  if (existsSync(whole)) return python;
  const limits = { timeout: INSTALL_MS_MAX, killSignal: "SIGKILL" } as const;
  await run("python3", ["-m", "venv", "--clear", venv], limits);
  await run(python, ["-m", "pip", "install", "--quiet", "--requirement", requirements], limits);
  await writeFile(whole, "");
  return python;
}
