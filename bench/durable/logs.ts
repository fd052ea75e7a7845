/** Ways to make records durable, each through its own idiomatic API. */
import { closeSync, constants, openSync, write, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Journal, type JournaledState } from "@redoubt/rpc";
import { BARE, REDOUBT, SQLITE, SQLITE_BATCHED } from "./scenarios.js";
import { Batches, openDatabase } from "./sqlite.js";

/** Resolves once the record is durable. */
export type Append = (record: Uint8Array) => Promise<unknown>;

export const openLog: Readonly<Record<string, (folder: string) => Promise<Append>>> = {
  [REDOUBT]: async (folder) => {
    const journal = await Journal.open(join(folder, "journal"), NO_STATE);
    return (record) => journal.append(record);
  },

  /** No format, no checksum: the floor. As many writes at once as Node's thread pool makes. */
  [BARE]: async (folder) => {
    const path = join(folder, "bare");
    writeFileSync(path, new Uint8Array(BARE_BYTES), { flush: true });
    const fd = openSync(path, constants.O_RDWR | constants.O_DSYNC);
    process.on("exit", () => closeSync(fd));
    let offset = 0;
    return (record) =>
      new Promise<void>((resolve, reject) => {
        if (offset + record.length > BARE_BYTES) offset = 0;
        write(fd, record, 0, record.length, offset, (error) => (error === null ? resolve() : reject(error)));
        offset += record.length;
      });
  },

  [SQLITE]: async (folder) => {
    const insert = openRecords(folder).prepare(INSERT);
    return async (record) => insert.run(record);
  },

  [SQLITE_BATCHED]: async (folder) => {
    const database = openRecords(folder);
    const insert = database.prepare(INSERT);
    const batches = new Batches<Uint8Array, unknown>(database, (record) => insert.run(record));
    return (record) => batches.add(record);
  },
};

/** With nothing to keep, checkpoints let go of the log. */
const NO_STATE: JournaledState = { restore() {}, apply() {}, snapshot: () => [] };

/** As a segment of the journal: full of zeros, and written again from the start when it is full. */
const BARE_BYTES = 16 * 1024 * 1024;

const INSERT = "INSERT INTO records (record) VALUES (?)";

function openRecords(folder: string) {
  const database = openDatabase(join(folder, "records.sqlite"));
  database.exec("CREATE TABLE records (id INTEGER PRIMARY KEY, record BLOB NOT NULL)");
  return database;
}
