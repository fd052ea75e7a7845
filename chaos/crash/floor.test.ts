import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sizeOf } from "./floor.js";

it("looks at all files, and at the newest checkpoint", () => {
  const folder = mkdtempSync(join(tmpdir(), "redoubt-floor-"));
  try {
    expect(sizeOf(folder)).toEqual({ bytes: 0, checkpointBytes: 0 });
    const files = {
      "checkpoint-0000000000000090": 10,
      "checkpoint-0000000000000100": 20,
      "checkpoint-0000000000000200.new": 40,
      "segment-0000000001": 80,
      lock: 1,
    };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), Buffer.alloc(bytes));
    expect(sizeOf(folder)).toEqual({ bytes: 151, checkpointBytes: 20 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
