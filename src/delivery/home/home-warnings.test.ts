import { expect, it } from "vitest";
import type { JournalError } from "../../journal/journal-error.js";
import { HandClient, HomeBench } from "./home.test.util.js";
import { HomeOnDisk } from "./home-on-disk.test.util.js";

it("a home tells that its journal has failed, once, and goes on to say so", async () => {
  const failures: JournalError[] = [];
  const bench = new HomeBench({}, { onFailure: (failure) => failures.push(failure) });
  const client = await HandClient.opened(bench);
  expect(bench.home.failure).toBeUndefined();
  bench.journal.fail();
  expect(failures).toEqual([expect.objectContaining({ fault: "failed" })]);
  expect(bench.home.failure).toBe(failures[0]);
  expect(await client.call()).toMatchObject({ is: "failed" });
});

it("a home tells of what its journal has noticed, at its opening and later", async () => {
  const warnings: string[] = [];
  const options = { checkpointBytes: 4096, onWarning: (warning: string) => void warnings.push(warning) };
  const disk = new HomeOnDisk();
  await disk.open({}, options);
  expect(disk.home.warnings).toEqual([]);
  disk.disk.faults = ({ path, action }) =>
    action === "write" && path.includes("checkpoint") ? { fails: "full" } : undefined;
  const client = new HandClient(disk);
  client.take(await disk.outcome(client.open(new Uint8Array(16))));
  for (let i = 0; i < 10; i++)
    await disk.outcome(client.call({ text: "x".repeat(500), key: "k".repeat(500) }));
  await disk.world.settle();
  expect(warnings).toEqual([expect.stringContaining("a checkpoint could not be made")]);
  expect(disk.home.warnings).toEqual(warnings);
  disk.disk.faults = undefined;
  await disk.outcome(disk.journal.checkpoint());
  disk.crash();
  const newest = (await disk.outcome(disk.storage.list("/shop")))
    .filter((name) => name.startsWith("checkpoint"))
    .sort()
    .at(-1);
  const file = await disk.outcome(disk.storage.open(`/shop/${newest}`, { access: "write" }));
  await disk.outcome(file.write(new Uint8Array(8), 100));
  await disk.outcome(file.close());
  warnings.length = 0;
  await disk.open({}, options);
  expect(warnings).toEqual([expect.stringContaining("is damaged at offset")]);
  expect(disk.home.warnings).toEqual(warnings);
});
