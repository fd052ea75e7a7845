import { expect, it } from "vitest";
import { Journal } from "../journal/journal.js";
import { ManualRuntime } from "../runtime/manual-runtime.test.util.js";
import { SimulatedDisk } from "../runtime/simulated-disk.test.util.js";
import { writeClientRecord } from "./client/client-records.js";
import { DurableClient } from "./client/durable-client.js";
import { Home } from "./home/home.js";
import { encodeRecord } from "./home/records.js";
import { CLIENT_RECORD_KINDS, RECORD_KINDS } from "./record-kinds.js";
import { RecordWriter } from "./record-writer.js";

/** A folder in whose journal the record is. */
async function journalWith(record: Uint8Array): Promise<ManualRuntime> {
  const runtime = new ManualRuntime();
  runtime.storage = new SimulatedDisk({ post: setImmediate, random: () => 0.5 }).start();
  const journal = await Journal.open("/j", undefined, { runtime });
  await journal.append(record);
  await journal.close();
  return runtime;
}

const OF_CLIENT = writeClientRecord(new RecordWriter(), { kind: "reserved", end: 1 });
const OF_HOME = encodeRecord(new RecordWriter(), { kind: "time", logMs: 1 });

it("homes and durable clients have no kinds of records in common", () => {
  const kinds: readonly number[] = [...Object.values(RECORD_KINDS), ...Object.values(CLIENT_RECORD_KINDS)];
  expect(new Set(kinds).size).toBe(kinds.length);
});

it("a home that is opened on a durable client's folder says so, and the other way round", async () => {
  await expect(Home.open("/j", { runtime: await journalWith(OF_CLIENT) })).rejects.toMatchObject({
    fault: "not-a-journal",
    message: "the journal in /j is that of a durable client: a home needs a folder of its own",
  });
  await expect(DurableClient.open("/j", { runtime: await journalWith(OF_HOME) })).rejects.toMatchObject({
    fault: "not-a-journal",
    message: "the journal in /j is that of a home: a durable client needs a folder of its own",
  });
});

it("a program's own is not taken for either's", async () => {
  const own = Uint8Array.of(200, 1);
  await expect(Home.open("/j", { runtime: await journalWith(own) })).rejects.toThrow("is not that of a home");
  await expect(DurableClient.open("/j", { runtime: await journalWith(own) })).rejects.toThrow(
    "is not that of a durable client",
  );
});
