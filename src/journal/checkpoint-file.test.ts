import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import type { StoredFile } from "../runtime/storage.js";
import { CHECKPOINT_RECORD_BYTES_MAX, CheckpointEncoder, readCheckpoint } from "./checkpoint-file.js";
import { storeUint32 } from "./little-endian.js";

/** A file of so many bytes that begins with `start`, of which zeros are read behind that. */
function fileWith(start: Uint8Array, bytes: number) {
  let largestRead = 0;
  const read: StoredFile["read"] = async (buffer, offset) => {
    largestRead = Math.max(largestRead, buffer.length);
    buffer.set(start.subarray(offset, offset + buffer.length));
    return Math.min(buffer.length, bytes - offset);
  };
  const file = { read, size: async () => bytes } as unknown as StoredFile;
  return { file, largestRead: () => largestRead };
}

it("takes no memory for a length that no chunk has, however large the file is", async () => {
  const encoder = new CheckpointEncoder(crc32);
  const end = { crc: 0, epochNumber: 1, epochId: 1, position: 600 };
  const head = encoder.head({ home: new Uint8Array(16), end, epochs: [] }).slice();
  const chunk = new Uint8Array(16);
  chunk.set(head.subarray(0, 8));
  storeUint32(chunk, 8, CHECKPOINT_RECORD_BYTES_MAX + 256 * 1024);
  const { file, largestRead } = fileWith(Buffer.concat([head, chunk]), 2 ** 32);
  expect(await readCheckpoint(file, crc32)).toEqual({
    damage: "its length cannot be right",
    offset: head.length,
  });
  expect(largestRead()).toBeLessThan(2 ** 21);
});
