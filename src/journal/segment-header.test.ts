import { describe, expect, it } from "vitest";
import { nodeRuntime } from "../runtime/node.js";
import { checkpointName, namedFile, segmentName, unfinishedName } from "./file-names.js";
import { loadPosition, storePosition } from "./little-endian.js";
import {
  loadSegmentHeader,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
  storeSegmentHeader,
} from "./segment-header.js";

const { crc32 } = nodeRuntime();

const header: SegmentHeader = {
  number: 7,
  base: 2 ** 52 + 4096,
  bytes: 2 ** 30,
  salt: 0xffff_fffe,
  home: Uint8Array.from({ length: 16 }, (_, i) => 255 - i),
};

function stored(): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  storeSegmentHeader(bytes, header, crc32);
  return bytes;
}

describe("a segment's header", () => {
  it("is read as it was written", () => {
    expect(loadSegmentHeader(stored(), crc32)).toEqual(header);
  });

  it("is damaged with any bit of it changed, or cut", () => {
    for (let bit = 0; bit < 52 * 8; bit++) {
      const bytes = stored();
      bytes[bit >> 3] ^= 1 << (bit & 7);
      expect(loadSegmentHeader(bytes, crc32)).toBe("damaged");
    }
    expect(loadSegmentHeader(stored().subarray(0, 100), crc32)).toBe("damaged");
    expect(loadSegmentHeader(new Uint8Array(512), crc32)).toBe("damaged");
  });

  it("of a newer version is told from a damaged one", () => {
    const bytes = stored();
    bytes[8] = 2;
    const crc = crc32(bytes.subarray(0, 48));
    new DataView(bytes.buffer).setUint32(48, crc, true);
    expect(loadSegmentHeader(bytes, crc32)).toBe("newer version");
  });
});

describe("names", () => {
  it.each([
    [segmentName(1), { kind: "segment", number: 1 }],
    [segmentName(2 ** 32), { kind: "segment", number: 2 ** 32 }],
    [checkpointName(0), { kind: "checkpoint", position: 0 }],
    [checkpointName(2 ** 53 - 1), { kind: "checkpoint", position: 2 ** 53 - 1 }],
    [unfinishedName(segmentName(3)), { kind: "unfinished" }],
    [unfinishedName(checkpointName(3)), { kind: "unfinished" }],
    ["lock", { kind: "lock" }],
    ["lost+found", { kind: "ignored" }],
    ["segment-1", { kind: "unknown" }],
    ["segment-0000000001.bak", { kind: "unknown" }],
    ["segment-0000000001.new.new", { kind: "unknown" }],
    ["checkpoint-0000000001", { kind: "unknown" }],
    ["xsegment-0000000001", { kind: "unknown" }],
    ["readme", { kind: "unknown" }],
  ])("%s is %j", (name, named) => expect(namedFile(name)).toEqual(named));

  it("stand in the order of their numbers", () => {
    const numbers = [1, 9, 10, 99, 100, 123_456_789];
    expect(numbers.map(segmentName).sort()).toEqual(numbers.map(segmentName));
    expect(numbers.map(checkpointName).sort()).toEqual(numbers.map(checkpointName));
  });
});

describe("positions", () => {
  it.each([0, 1, 255, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 7, 2 ** 53 - 1])("%d", (position) => {
    const bytes = new Uint8Array(10).fill(0x77);
    storePosition(bytes, 1, position);
    expect(loadPosition(bytes, 1)).toBe(position);
    expect(new DataView(bytes.buffer).getBigUint64(1, true)).toBe(BigInt(position));
    expect([bytes[0], bytes[9]]).toEqual([0x77, 0x77]);
  });
});
