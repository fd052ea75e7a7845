import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { displayPath } from "../../idl/files.js";
import { nodeFiles, systemErrorText } from "../../runtime/node-files.js";
import { below } from "../outputs.js";
import { printJson } from "../report.js";
import { ExitCode, UsageError, type World } from "../world.js";
import { makeCertificate } from "./certificate.js";

/** What the command line says; see `redoubt help certificates`. */
export interface CertificatesOptions {
  readonly folder: string;
  /** What the server's certificate is for: host names and IP addresses. */
  readonly name: readonly string[];
  readonly days: string;
  readonly json?: boolean;
}

/** Longer than any test; what is to last has an authority that somebody looks after. */
const DAYS_MAX = 3650;

const DAY_MS = 24 * 60 * 60 * 1000;

/** `redoubt certificates` */
export function makeCertificates({ folder, name, days, json }: CertificatesOptions, world: World): ExitCode {
  const count = Number(days);
  if (!Number.isInteger(count) || count < 1 || count > DAYS_MAX)
    throw new UsageError(`\`--days ${days}\` is not a whole number from 1 to ${DAYS_MAX}`);
  const now = Date.now();
  const validTo = new Date(now + count * DAY_MS);
  const path = resolve(world.cwd, folder);
  const shown = displayPath(nodeFiles(world.cwd), folder);
  const files = contents(name, new Date(now - DAY_MS), validTo);
  let current = "";
  try {
    mkdirSync(path, { recursive: true });
    for (const [file, text] of files) {
      current = file;
      // Keys are for their owner only; nothing that is there is lost.
      writeFileSync(join(path, file), text, { flag: "wx", mode: file.endsWith(".key") ? 0o600 : 0o644 });
    }
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    const reason = isThere ? "it is there already" : systemErrorText(error);
    throw new UsageError(
      `${below(shown, current)} cannot be written: ${reason}`,
      isThere ? "remove it, or name another directory" : undefined,
    );
  }
  const written = files.map(([file]) => below(shown, file));
  if (json) printJson({ ok: true, written, names: name, validTo: validTo.toISOString() }, world);
  else
    world.stdout.write(
      `${written.join("\n")}\nfor ${name.join(", ")}, until ${validTo.toISOString().slice(0, 10)}\n`,
    );
  return ExitCode.OK;
}

/** The authority's key is not kept: nobody can make further certificates that `ca.pem` stands behind. */
function contents(names: readonly string[], validFrom: Date, validTo: Date): [file: string, text: string][] {
  const validity = { validFrom, validTo };
  const ca = makeCertificate({ commonName: "Redoubt test authority", use: "authority", ...validity });
  const server = makeCertificate({ commonName: names[0], use: "server", names, ...validity }, ca);
  const client = makeCertificate({ commonName: "client", use: "client", ...validity }, ca);
  return [
    ["ca.pem", ca.cert],
    ["server.pem", server.cert],
    ["server.key", server.key],
    ["client.pem", client.cert],
    ["client.key", client.key],
  ];
}
