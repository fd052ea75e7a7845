/** What a peer does otherwise than we do, found out by trying it: who does less is faster. */
import { type FixtureName, fixtureOf } from "./fixtures.js";
import type { CodecPeer } from "./peers/peer.js";
import type { Direction, Scenario } from "./scenarios.js";

/** Something in which peers differ. */
interface Behaviour {
  /** Where it shows. */
  readonly direction: Direction;
  readonly fixtures: readonly FixtureName[];
  /** What the peer does, in words. */
  of(peer: CodecPeer): string;
}

const withStrings: readonly FixtureName[] = ["small", "strings", "nested", "maps"];
const withNumbers: readonly FixtureName[] = ["small", "wide", "nested", "maps", "packed"];
/** In which some fields are zero, and so not there. */
const withGaps: readonly FixtureName[] = ["wide", "nested"];

const behaviours: readonly Behaviour[] = [
  {
    direction: "encode",
    fixtures: withNumbers,
    of: (peer) => checks("the range of numbers", () => encode(peer, "small", { id: 2 ** 32 })),
  },
  {
    direction: "encode",
    fixtures: ["64bit"],
    of: (peer) => checks("the range of numbers", () => encode(peer, "64bit", { int64A: 2n ** 63n })),
  },
  { direction: "encode", fixtures: ["64bit"], of: typeOf64Bits },
  { direction: "decode", fixtures: ["64bit"], of: typeOf64Bits },
  { direction: "encode", fixtures: withStrings, of: treatmentOfLoneSurrogates },
  {
    direction: "decode",
    fixtures: withStrings,
    // Field 2, a string of one byte that UTF-8 does not have.
    of: (peer) => checks("UTF-8", () => decode(peer, "small", [0x12, 1, 0xff])),
  },
  {
    direction: "decode",
    fixtures: withGaps,
    of: (peer) =>
      Object.hasOwn(decode(peer, "small", []), "id")
        ? "sets fields that are not there to their defaults"
        : "leaves fields that are not there to the prototype",
  },
  {
    direction: "decode",
    fixtures: ["1MiB"],
    of: (peer) =>
      givesViews(peer)
        ? "gives views of the input, however much memory they keep alive"
        : "copies bytes that would keep a larger input alive",
  },
];

/** What `peer` does otherwise than `ours` where a scenario shows it; null if they differ in no way. */
export function remarkOn(
  peer: CodecPeer,
  ours: CodecPeer,
  { fixture, direction }: Pick<Scenario, "fixture" | "direction">,
): string | null {
  const differences = behaviours
    .filter((behaviour) => behaviour.direction === direction && behaviour.fixtures.includes(fixture))
    .filter((behaviour) => behaviour.of(peer) !== behaviour.of(ours))
    .map((behaviour) => behaviour.of(peer));
  return differences.length === 0 ? null : differences.join("; ");
}

function checks(what: string, wrong: () => void): string {
  return refuses(wrong) ? `checks ${what}` : `does not check ${what}`;
}

function typeOf64Bits(peer: CodecPeer): string {
  const { int64A } = decode(peer, "64bit", [8, 1]) as { int64A: object | bigint | number };
  const type = typeof int64A === "object" ? int64A.constructor.name : typeof int64A;
  return `makes ${type} of 64-bit numbers`;
}

function treatmentOfLoneSurrogates(peer: CodecPeer): string {
  let bytes: Uint8Array;
  try {
    bytes = encode(peer, "small", { name: "\ud800" });
  } catch {
    return "refuses lone surrogates";
  }
  // Behind the field's tag and length.
  const isValid = !refuses(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(2)));
  return isValid ? "replaces lone surrogates" : "writes lone surrogates, which is no UTF-8";
}

function givesViews(peer: CodecPeer): boolean {
  const bytes = Uint8Array.of(0x0a, 1, 0);
  const { data } = peer.codecOf(fixtureOf("1MiB")).decode(bytes) as { data: Uint8Array };
  return data.buffer === bytes.buffer;
}

function encode(peer: CodecPeer, fixture: FixtureName, fields: object): Uint8Array {
  const codec = peer.codecOf(fixtureOf(fixture));
  return codec.encode(Object.assign(codec.create({}), fields));
}

function decode(peer: CodecPeer, fixture: FixtureName, bytes: readonly number[]): object {
  return peer.codecOf(fixtureOf(fixture)).decode(Uint8Array.from(bytes));
}

function refuses(action: () => void): boolean {
  try {
    action();
    return false;
  } catch {
    return true;
  }
}
