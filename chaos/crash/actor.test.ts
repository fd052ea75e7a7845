import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { Actor } from "./actor.js";

const folder = mkdtempSync(join(tmpdir(), "redoubt-actor-"));
const output = openSync(join(folder, "output.log"), "a");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that tells its process's id, and does what else `code` says. */
function program(name: string, code = ""): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `process.on("message", ({ id }) => process.send({ id, result: process.pid }));
    process.on("disconnect", () => process.exit());
    ${code}
    process.send({ id: 0 });`,
  );
  return file;
}

type Pid = { pid(): number };

function actor(file: string, begin: () => Promise<void> = async () => {}) {
  const faults: string[] = [];
  const onFault = (text: string) => faults.push(text);
  return { faults, actor: new Actor<Pid>({ name: "program", file, output, begin, onFault }) };
}

it("starts a program again whenever it was killed", async () => {
  const { actor: killed, faults } = actor(program("good"));
  killed.start();
  const pids = new Set<number>();
  for (let life = 1; life <= 3; life++) {
    const program = await killed.ready();
    expect(killed.isReady(program)).toBe(true);
    pids.add(await program.tell("pid"));
    const late = program.tell("pid");
    expect(killed.kill(0)).toBe(true);
    expect(killed.isReady(program)).toBe(false);
    expect(killed.kill(0)).toBe(false);
    await late.catch((error: Error) => expect(error.message).toContain("SIGKILL"));
  }
  await killed.ready();
  await killed.stop();
  expect(pids.size).toBe(3);
  expect(killed.kills).toBe(3);
  expect(killed.startMs).toHaveLength(4);
  expect(faults).toEqual([]);
});

it("kills a program before it is ready", async () => {
  let begun = () => {};
  const isBeginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let lives = 0;
  const { actor: killed, faults } = actor(program("slow"), () => {
    begun();
    return lives++ === 0 ? new Promise(() => {}) : Promise.resolve();
  });
  killed.start();
  await isBeginning;
  killed.kill(0);
  // The first life's beginning never ends, and is forgotten.
  await killed.stop();
  expect(killed.killsWhileStarting).toBe(1);
  expect(faults).toEqual([]);
});

it.each([
  ["ends by itself", "setTimeout(() => process.exit(), 20);", "the program has ended by itself"],
  ["does not load", "throw new Error('no');", "the program cannot begin: the program has ended (1)"],
])("gives up a program that %s again and again", async (name, code, fault) => {
  const { actor: failing, faults } = actor(program(name.replaceAll(" ", "-"), code));
  failing.start();
  await expect.poll(() => failing.isHopeless, { timeout: 10_000 }).toBe(true);
  await failing.stop();
  expect(faults).toEqual([fault, fault, fault]);
});

it("says why a program cannot begin", async () => {
  const { actor: failing, faults } = actor(program("refused"), () =>
    Promise.reject(new Error("the journal is corrupt")),
  );
  failing.start();
  await expect.poll(() => failing.isHopeless, { timeout: 10_000 }).toBe(true);
  await failing.stop();
  expect(faults[0]).toBe("the program cannot begin: the journal is corrupt");
});
