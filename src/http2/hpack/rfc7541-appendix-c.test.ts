import { describe, expect, it } from "vitest";
import { appendInteger } from "./append-primitives.js";
import { BlockReader } from "./block-reader.js";
import { HpackDecoder } from "./decoder.js";
import { HeaderTemplate, HpackEncoder } from "./encoder.js";
import { HeaderList } from "./header-list.js";
import { hexOf, octets, written } from "./hex.test.util.js";

interface Example {
  readonly block: string;
  readonly fields: readonly string[];
  /** The dynamic table afterwards, the newest entry first. */
  readonly table: readonly string[];
}

const TABLE_UPDATE_TO_256 = octets("3fe101");

describe("RFC 7541 C.1: integers", () => {
  const examples = [
    { section: "C.1.1", value: 10, prefixBits: 5, hex: "0a" },
    { section: "C.1.2", value: 1337, prefixBits: 5, hex: "1f9a0a" },
    { section: "C.1.3", value: 42, prefixBits: 8, hex: "2a" },
  ];
  it.each(examples)("$section: $value in a prefix of $prefixBits bits", ({ value, prefixBits, hex }) => {
    const prefixMax = 2 ** prefixBits - 1;
    expect(hexOf(written((output) => appendInteger(output, 0, prefixMax, value)))).toBe(hex);
    const reader = new BlockReader();
    const bytes = octets(hex);
    reader.open(bytes, 0, bytes.length);
    expect(reader.readInteger(reader.readOctet(), prefixMax)).toBe(value);
    expect(reader.atEnd()).toBe(true);
  });
});

describe("RFC 7541 C.2: representations of a field", () => {
  const examples: readonly (Example & { section: string })[] = [
    {
      section: "C.2.1 literal with indexing",
      block: "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
      fields: ["custom-key", "custom-header"],
      table: ["custom-key", "custom-header"],
    },
    {
      section: "C.2.2 literal without indexing",
      block: "040c 2f73 616d 706c 652f 7061 7468",
      fields: [":path", "/sample/path"],
      table: [],
    },
    {
      section: "C.2.3 literal never indexed",
      block: "1008 7061 7373 776f 7264 0673 6563 7265 74",
      fields: ["password", "secret"],
      table: [],
    },
    { section: "C.2.4 indexed", block: "82", fields: [":method", "GET"], table: [] },
  ];
  it.each(examples)("$section", (example) => checkDecoding([example]));
});

const REQUEST_FIELDS = [
  [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "www.example.com"],
  [
    ":method",
    "GET",
    ":scheme",
    "http",
    ":path",
    "/",
    ":authority",
    "www.example.com",
    "cache-control",
    "no-cache",
  ],
  // biome-ignore format: one line
  [":method", "GET", ":scheme", "https", ":path", "/index.html", ":authority", "www.example.com", "custom-key", "custom-value"],
];
const REQUEST_TABLES = [
  [":authority", "www.example.com"],
  ["cache-control", "no-cache", ":authority", "www.example.com"],
  ["custom-key", "custom-value", "cache-control", "no-cache", ":authority", "www.example.com"],
];

const DATE_21 = "Mon, 21 Oct 2013 20:13:21 GMT";
const DATE_22 = "Mon, 21 Oct 2013 20:13:22 GMT";
const LOCATION = "https://www.example.com";
const COOKIE = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
const RESPONSE_FIELDS = [
  [":status", "302", "cache-control", "private", "date", DATE_21, "location", LOCATION],
  [":status", "307", "cache-control", "private", "date", DATE_21, "location", LOCATION],
  // biome-ignore format: one line
  [":status", "200", "cache-control", "private", "date", DATE_22, "location", LOCATION, "content-encoding", "gzip", "set-cookie", COOKIE],
];
const RESPONSE_TABLES = [
  ["location", LOCATION, "date", DATE_21, "cache-control", "private", ":status", "302"],
  [":status", "307", "location", LOCATION, "date", DATE_21, "cache-control", "private"],
  ["set-cookie", COOKIE, "content-encoding", "gzip", "date", DATE_22],
];

function examples(blocks: string[], fields: string[][], tables: string[][]): Example[] {
  return blocks.map((block, i) => ({ block, fields: fields[i], table: tables[i] }));
}

describe("RFC 7541 C.3: requests without Huffman coding", () => {
  it("decodes", () => {
    const blocks = [
      "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
      "8286 84be 5808 6e6f 2d63 6163 6865",
      "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
    ];
    checkDecoding(examples(blocks, REQUEST_FIELDS, REQUEST_TABLES));
  });
});

describe("RFC 7541 C.4: requests with Huffman coding", () => {
  const blocks = [
    "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
    "8286 84be 5886 a8eb 1064 9cbf",
    "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
  ];
  it("decodes", () => checkDecoding(examples(blocks, REQUEST_FIELDS, REQUEST_TABLES)));

  it("encodes to the same octets", () => {
    const encoder = new HpackEncoder();
    REQUEST_FIELDS.forEach((fields, i) => {
      const block = written((output) => encoder.encode(output, new HeaderTemplate(fields), undefined));
      expect(hexOf(block)).toBe(hexOf(octets(blocks[i])));
    });
  });
});

describe("RFC 7541 C.5: responses without Huffman coding, with eviction", () => {
  it("decodes", () => {
    const blocks = [
      `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133
       2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70
       6c65 2e63 6f6d`,
      "4803 3330 37c1 c0bf",
      `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d
       54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049
       5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e
       3d31`,
    ];
    checkDecoding(examples(blocks, RESPONSE_FIELDS, RESPONSE_TABLES), TABLE_UPDATE_TO_256);
  });
});

describe("RFC 7541 C.6: responses with Huffman coding, with eviction", () => {
  const blocks = [
    `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6
     2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
    "4883 640e ffc1 c0bf",
    `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab
     77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f
     9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
  ];
  it("decodes", () => checkDecoding(examples(blocks, RESPONSE_FIELDS, RESPONSE_TABLES), TABLE_UPDATE_TO_256));

  it("encodes to the same octets, but for a status that Huffman coding does not make shorter", () => {
    const ours = blocks.with(1, "4803 3330 37c1 c0bf");
    const encoder = new HpackEncoder();
    encoder.setPeerTableBytesMax(256);
    const update = written((output) => encoder.encode(output, undefined, undefined));
    expect(update).toEqual(TABLE_UPDATE_TO_256);
    RESPONSE_FIELDS.forEach((fields, i) => {
      const block = written((output) => {
        for (const part of partsThatFit(fields)) encoder.encode(output, part, undefined);
      });
      expect(hexOf(block)).toBe(hexOf(octets(ours[i])));
    });
  });

  /** One template per field, as a template larger than the table inserts nothing. */
  function partsThatFit(fields: readonly string[]): HeaderTemplate[] {
    return fields.flatMap((name, i) => (i % 2 === 0 ? [new HeaderTemplate([name, fields[i + 1]])] : []));
  }
});

function checkDecoding(blocks: readonly Example[], before?: Uint8Array): void {
  const decoder = new HpackDecoder({ tableBytesMax: 4096, listBytesMax: 4096 });
  if (before !== undefined) expect(fieldsOf(decoder, before)).toEqual([]);
  for (const { block, fields, table } of blocks) {
    expect(fieldsOf(decoder, octets(block))).toEqual(fields);
    expect(dynamicFieldsOf(decoder)).toEqual(table);
  }
}

function fieldsOf(decoder: HpackDecoder, block: Uint8Array): readonly string[] {
  const list = decoder.decode(block, 0, block.length);
  if (!(list instanceof HeaderList)) throw new Error(JSON.stringify(list));
  return list.fields;
}

/** Reads the dynamic table by one-octet blocks of its indices, 62 and up. */
function dynamicFieldsOf(decoder: HpackDecoder): readonly string[] {
  const fields: string[] = [];
  for (let index = 62; index < 127; index++) {
    const list = decoder.decode(Uint8Array.of(0x80 | index), 0, 1);
    if (!(list instanceof HeaderList)) break;
    fields.push(...list.fields);
  }
  return fields;
}
