import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "./command-line.js";
import { serve } from "./serve.js";

let base: string;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "serve-"));
  await mkdir(join(base, "root"));
  await mkdir(join(base, "other"));
  await symlink("root", join(base, "link"));
  await writeFile(join(base, "file"), "");
  await writeFile(join(base, "other", "letter.txt"), "");
});

afterEach(() => rm(base, { recursive: true }));

describe("what cannot be done is told before anything is served", () => {
  it.each([
    ["none", "journal", /^Cannot serve that folder: there is no directory .*--root DIR$/],
    ["root", "root", /^The journal cannot be in the served folder, .*--journal DIR$/],
    ["root", "root/journal", /^The journal cannot be in the served folder, .*--journal DIR$/],
    ["root", "link/journal", /^The journal cannot be in the served folder, .*--journal DIR$/],
    ["root", "file", /^Cannot keep the journal there: .*--journal DIR$/],
    ["root", "other", /^Cannot keep the journal there: .*--journal DIR$/],
  ])("root %s, journal %s", async (root, journal, message) => {
    const options = { listen: [`unix:${join(base, "d.sock")}`], maxConcurrentCalls: undefined };
    const error = await serve({ ...options, root: join(base, root), journal: join(base, journal) }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
  });
});
