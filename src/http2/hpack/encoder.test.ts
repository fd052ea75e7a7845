import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HpackDecoder } from "./decoder.js";
import { HeaderTemplate, HpackEncoder } from "./encoder.js";
import { HeaderList } from "./header-list.js";
import { hexOf, written } from "./hex.test.util.js";
import { isRemembered, recentNameCount, rememberedTemplateCount, tableOf } from "./internals.test.util.js";

const REQUEST = new HeaderTemplate([
  ":method",
  "POST",
  ":path",
  "/pkg.Service/Method",
  "content-type",
  "application/grpc",
]);

it("a value that varies is sent as it is, without a code that both ends would pay for", () => {
  const { send } = connect();
  const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);
  send(REQUEST, ["x-number", "number-1"]);
  send(REQUEST, ["x-number", "number-2"]);
  const varying = send(REQUEST, ["x-number", "number-3"]);
  expect(text(varying)).toContain("number-3");
});

describe("templates", () => {
  it("take an octet per field from their second use on", () => {
    const { send } = connect();
    expect(send(REQUEST).length).toBeGreaterThan(20);
    expect(hexOf(send(REQUEST))).toBe("83bfbe");
    expect(hexOf(send(REQUEST))).toBe("83bfbe");
  });

  it("are encoded anew when an insertion has moved their indices", () => {
    const { send } = connect();
    send(REQUEST);
    send(REQUEST);
    send(new HeaderTemplate(["x", "1"]));
    expect(hexOf(send(REQUEST))).toBe("83c0bf");
  });

  it("are inserted again after they were evicted", () => {
    const { encoder, send } = connect();
    send(REQUEST);
    encoder.setPeerTableBytesMax(0);
    send(undefined);
    encoder.setPeerTableBytesMax(4096);
    expect(send(REQUEST).length).toBeGreaterThan(20);
    expect(hexOf(send(REQUEST))).toBe("83bfbe");
  });

  it("larger than the table insert nothing", () => {
    const { encoder, send } = connect();
    const fields = Array.from({ length: 100 }, (_, i) => [`name-${i}`, "value"]).flat();
    send(new HeaderTemplate(fields));
    expect(tableOf(encoder).inserted).toBe(0);
  });

  it("insert no field of more than half the table", () => {
    const { encoder, send } = connect();
    send(new HeaderTemplate(["a", "v".repeat(2048 - 33 + 1)]));
    expect(tableOf(encoder).inserted).toBe(0);
    send(new HeaderTemplate(["a", "v".repeat(2048 - 33)]));
    expect(tableOf(encoder).inserted).toBe(1);
  });

  it("are remembered in a bounded number", () => {
    const { encoder, send } = connect();
    for (let i = 0; i < 1000; i++) {
      const template = new HeaderTemplate([":method", "GET"]);
      send(template);
      expect(isRemembered(encoder, template)).toBe(true);
      expect(rememberedTemplateCount(encoder)).toBeLessThanOrEqual(128);
    }
  });

  it("pair names with values, and own their fields", () => {
    expect(() => new HeaderTemplate(["a"])).toThrow("assertion failed");
    const fields = ["a", "b"];
    const template = new HeaderTemplate(fields);
    fields[0] = "c";
    expect(template.fields).toEqual(["a", "b"]);
  });
});

describe("extra fields", () => {
  it("are inserted when their value repeats", () => {
    const { encoder, send } = connect();
    send(undefined, ["user-agent", "test"]);
    expect(tableOf(encoder).inserted).toBe(0);
    send(undefined, ["user-agent", "test"]);
    expect(tableOf(encoder).inserted).toBe(1);
    expect(hexOf(send(undefined, ["user-agent", "test"]))).toBe("be");
  });

  it("that vary are inserted once, for their name, and never drive anything out", () => {
    const { encoder, send } = connect();
    send(REQUEST);
    for (let i = 0; i < 1000; i++) send(REQUEST, ["grpc-timeout", `${i}m`]);
    expect(tableOf(encoder).inserted).toBe(3);
    const block = send(REQUEST, ["grpc-timeout", "99n"]);
    expect(hexOf(block).slice(0, 10)).toBe("83c0bf0f2f");
  });

  it("that vary under a name of the static table are never inserted", () => {
    const { encoder, send } = connect();
    for (let i = 0; i < 100; i++) send(undefined, ["etag", `${i}`]);
    expect(tableOf(encoder).inserted).toBe(0);
  });

  it("that vary are inserted for their name only up to a sixteenth of the table", () => {
    const { encoder, send } = connect();
    for (let i = 0; i < 10; i++) send(undefined, ["a", `${i}`.repeat(256 - 33 + 1)]);
    expect(tableOf(encoder).inserted).toBe(0);
    send(undefined, ["a", "b".repeat(256 - 33)]);
    expect(tableOf(encoder).inserted).toBe(1);
  });

  it("of more than half the table are never inserted", () => {
    const { encoder, send } = connect();
    for (let i = 0; i < 3; i++) send(undefined, ["a", "v".repeat(2048 - 33 + 1)]);
    expect(tableOf(encoder).inserted).toBe(0);
  });

  it("are remembered in a bounded number of names", () => {
    const { encoder, send } = connect();
    for (let i = 0; i < 1000; i++) {
      send(undefined, [`name-${i}`, "v"]);
      expect(recentNameCount(encoder)).toBeLessThanOrEqual(64);
    }
    send(undefined, ["name-999", "v"]);
    expect(tableOf(encoder).inserted).toBe(1);
  });

  it.each(["cookie", "authorization"])(
    "that are short secrets, as a short %s, are never indexed (§7.1.3)",
    (name) => {
      const { encoder, send } = connect();
      for (let i = 0; i < 3; i++) expect(send(undefined, [name, "s".repeat(19)])[0]).toBe(0x1f);
      expect(send(new HeaderTemplate([name, "secret"]))[0]).toBe(0x1f);
      expect(tableOf(encoder).inserted).toBe(0);
      for (let i = 0; i < 2; i++) send(undefined, [name, "s".repeat(20)]);
      expect(tableOf(encoder).inserted).toBe(1);
    },
  );
});

describe("table size updates (§4.2)", () => {
  it.each([
    ["nothing set", [], ""],
    ["the size as it is", [4096], ""],
    ["a larger size than we want to use", [65_536], ""],
    ["a smaller size", [100], "3f45"],
    ["a smaller size, then the old one", [100, 4096], "3f45 3fe11f"],
    ["several sizes: the smallest and the last", [1000, 0, 50, 100], "20 3f45"],
    ["several sizes, the last the smallest", [1000, 100, 0], "20"],
  ])("after %s", (_, sizes, hex) => {
    const { encoder, send } = connect();
    for (const size of sizes) encoder.setPeerTableBytesMax(size);
    expect(hexOf(send(undefined))).toBe(hex.replace(" ", ""));
    expect(hexOf(send(undefined))).toBe("");
  });

  it("grow the table only as the peer allows", () => {
    const { encoder, send } = connect(16_384);
    expect(hexOf(send(undefined))).toBe("");
    encoder.setPeerTableBytesMax(8192);
    expect(hexOf(send(undefined))).toBe("3fe13f");
    encoder.setPeerTableBytesMax(65_536);
    expect(hexOf(send(undefined))).toBe("3fe17f");
    encoder.setPeerTableBytesMax(10_000);
    encoder.setPeerTableBytesMax(12_000);
    expect(hexOf(send(undefined))).toBe("3ff14d3fc15d");
  });

  it("tell at once that we use less than the initial size", () => {
    const { encoder, send } = connect(0);
    expect(hexOf(send(REQUEST)).slice(0, 2)).toBe("20");
    send(REQUEST);
    expect(tableOf(encoder).inserted).toBe(0);
  });
});

describe("encoding and decoding", () => {
  const name = fc.oneof(
    fc.constantFrom(":path", ":status", "grpc-timeout", "cookie", "x"),
    fc.string({ maxLength: 20 }).map(latin1Of),
  );
  const value = fc.oneof(
    fc.constantFrom("", "/", "200", "1", "2"),
    fc.string({ maxLength: 60 }).map(latin1Of),
    fc
      .array(fc.integer({ min: 0, max: 255 }), { maxLength: 30 })
      .map((codes) => String.fromCharCode(...codes)),
    fc.integer({ min: 0, max: 3000 }).map((length) => "long".repeat(length / 4)),
  );
  const fields = fc.array(fc.tuple(name, value), { maxLength: 8 }).map((pairs) => pairs.flat());
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        template: fc.nat(3),
        extra: fc.option(fields, { nil: undefined }),
        repeat: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ bytesMax: fc.constantFrom(0, 32, 40, 100, 500, 4096, 8192, 65_536) }),
    },
  );

  it("bring back any lists over one connection, and keep the tables equal", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 200, 4096, 16_384),
        fc.array(fields, { minLength: 4, maxLength: 4 }),
        fc.array(step, { maxLength: 20 }),
        (tableBytesMax, templateFields, steps) => {
          const { encoder, send } = connect(tableBytesMax);
          const templates = templateFields.map((each) => new HeaderTemplate(each));
          for (const next of steps) {
            if ("bytesMax" in next) encoder.setPeerTableBytesMax(next.bytesMax);
            else for (let i = 0; i < next.repeat; i++) send(templates[next.template], next.extra);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** An encoder and a function that encodes a block and checks that a decoder understands it. */
function connect(tableBytesMax = 4096) {
  const encoder = new HpackEncoder({ tableBytesMax });
  const decoder = new HpackDecoder({ tableBytesMax: 65_536, listBytesMax: Number.POSITIVE_INFINITY });
  const send = (template: HeaderTemplate | undefined, extra?: readonly string[]): Uint8Array => {
    const block = written((output) => encoder.encode(output, template, extra));
    const list = decoder.decode(block, 0, block.length);
    if (!(list instanceof HeaderList)) throw new Error(JSON.stringify(list));
    expect(list.fields).toEqual([...(template?.fields ?? []), ...(extra ?? [])]);
    const ours = tableOf(encoder);
    const theirs = tableOf(decoder);
    expect([theirs.bytesMax, theirs.count, theirs.bytes]).toEqual([ours.bytesMax, ours.count, ours.bytes]);
    for (let age = 1; age <= ours.count; age++) {
      expect(theirs.nameAt(age)).toBe(ours.nameAt(age));
      expect(theirs.valueAt(age)).toBe(ours.valueAt(age));
    }
    return block;
  };
  return { encoder, send };
}

function latin1Of(text: string): string {
  return text.replace(/[^\0-\u00ff]/g, "?");
}
