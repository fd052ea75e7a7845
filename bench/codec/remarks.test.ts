import { expect, test } from "vitest";
import type { Codec, CodecPeer } from "./peers/peer.js";
import { protobufEs } from "./peers/protobuf-es.js";
import { redoubt } from "./peers/redoubt.js";
import { remarkOn } from "./remarks.js";
import { scenarios } from "./scenarios.js";

/** The scenarios in which `peer` differs from protobuf-es, and how. */
function remarks(peer: CodecPeer): object {
  const all = scenarios.map((scenario) => [scenario.name, remarkOn(peer, protobufEs, scenario)]);
  return Object.fromEntries(all.filter(([, remark]) => remark !== null));
}

/** A peer that is protobuf-es but for some functions. */
function but(differences: (codec: Codec) => Partial<Codec>): CodecPeer {
  return {
    codecOf(fixture) {
      const codec = protobufEs.codecOf(fixture);
      return { ...codec, ...differences(codec) };
    },
  };
}

test("we make the same types as protobuf-es, and check the same and what bytes keep alive", () => {
  expect(remarks(redoubt)).toEqual({ "decode-1MiB": "copies bytes that would keep a larger input alive" });
});

test("who does not check UTF-8 is remarked upon where strings are decoded", () => {
  const says = "does not check UTF-8";
  const lenient = but(({ create, decode }) => ({
    decode: (bytes) => (bytes.includes(0xff) ? create({ name: "?" }) : decode(bytes)),
  }));
  expect(remarks(lenient)).toEqual({
    "decode-small": says,
    "decode-strings": says,
    "decode-nested": says,
    "decode-maps": says,
  });
});

test("who checks nothing is remarked upon where numbers and strings are encoded", () => {
  const careless = but(({ create, encode }) => ({
    encode(message) {
      try {
        return encode(message);
      } catch {
        return encode(create({}));
      }
    },
  }));
  const says = "does not check the range of numbers";
  expect(remarks(careless)).toEqual({
    "encode-small": says,
    "encode-wide": says,
    "encode-nested": says,
    "encode-maps": says,
    "encode-packed": says,
    "encode-64bit": says,
  });
});

test("other types of numbers, gaps and bytes are remarked upon", () => {
  class Long {}
  const other = but(({ decode }) => ({
    decode(bytes) {
      const message = decode(bytes) as { id?: number; int64A?: unknown; data?: Uint8Array };
      if (message.id === 0) delete message.id;
      if (message.int64A !== undefined) message.int64A = new Long();
      if (message.data !== undefined) message.data = message.data.slice();
      return message;
    },
  }));
  const prototype = "leaves fields that are not there to the prototype";
  expect(remarks(other)).toEqual({
    "encode-64bit": "makes Long of 64-bit numbers",
    "decode-64bit": "makes Long of 64-bit numbers",
    "decode-wide": prototype,
    "decode-nested": prototype,
    "decode-1MiB": "copies bytes that would keep a larger input alive",
  });
});

test("what becomes of lone surrogates is remarked upon where strings are encoded", () => {
  const surrogate = (message: object) => (message as { name?: string }).name === "\ud800";
  const raw = but(({ encode }) => ({
    encode: (message) => (surrogate(message) ? Uint8Array.of(0x12, 3, 0xed, 0xa0, 0x80) : encode(message)),
  }));
  const strict = but(({ encode }) => ({
    encode(message) {
      if (surrogate(message)) throw new Error("a lone surrogate");
      return encode(message);
    },
  }));
  expect(remarks(raw)).toHaveProperty("encode-strings", "writes lone surrogates, which is no UTF-8");
  expect(remarks(strict)).toHaveProperty("encode-strings", "refuses lone surrogates");
});
