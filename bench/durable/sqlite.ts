import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Beside what tsc makes of this folder: it is not among our dependencies, since installing it runs a compiler. */
const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), "sqlite");

const PACKAGE = "better-sqlite3@12.11.1";

const INSTALL_MS_MAX = 10 * 60_000;

/** As far as it is used here. */
export interface Database {
  pragma(text: string): unknown;
  exec(text: string): void;
  prepare(text: string): { run(...values: unknown[]): unknown; get(...values: unknown[]): unknown };
  close(): void;
}

/**
 * Installs it, once.
 * @throws Error where that fails: it needs npm's registry, and a C++ compiler or its site's binaries
 */
export async function installSqlite(progress: (text: string) => void): Promise<void> {
  if (existsSync(join(FOLDER, "installed"))) return;
  progress("installing better-sqlite3, which may compile for two minutes");
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "package.json"), '{ "private": true }\n');
  const args = ["install", PACKAGE, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts=false"];
  await promisify(execFile)("npm", args, { cwd: FOLDER, timeout: INSTALL_MS_MAX });
  openDatabase(":memory:").close();
  writeFileSync(join(FOLDER, "installed"), "");
}

/** A database whose transactions are durable when they end. */
export function openDatabase(path: string): Database {
  const Constructor = createRequire(join(FOLDER, "package.json"))("better-sqlite3");
  const database: Database = new Constructor(path);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  return database;
}

/** Work that shares one transaction with all that comes in the same turn of the event loop. */
export class Batches<Question, Answer> {
  private waiting: { question: Question; resolve(answer: Answer): void; reject(error: unknown): void }[] = [];
  private readonly database: Database;
  private readonly perform: (question: Question) => Answer;

  constructor(database: Database, perform: (question: Question) => Answer) {
    this.database = database;
    this.perform = perform;
  }

  add(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) setImmediate(() => this.commit());
      this.waiting.push({ question, resolve, reject });
    });
  }

  private commit(): void {
    const batch = this.waiting;
    this.waiting = [];
    try {
      this.database.exec("BEGIN IMMEDIATE");
      const answers = batch.map(({ question }) => this.perform(question));
      this.database.exec("COMMIT");
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
