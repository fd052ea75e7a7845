import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { codecFor } from "../../codec/codec.js";
import type { Marshaller } from "../../codec/marshaller.js";
import type { DeliveryPromise, Method } from "../../rpc/method.js";
import type { Style, Transaction, Version } from "./judge.test.util.js";

/** One thing that an application wants, told apart from all others by its label. */
export interface Work {
  readonly label: string;
  readonly style: Style;
  /** The cell to change, or the accounts to transfer between, the second also being read only by some. */
  readonly where: readonly string[];
  /** How its handler behaves. */
  readonly manner: Manner;
}

export interface Manner {
  /** Throws this often before it succeeds: at first before its note, then after it, then after its effect. */
  readonly throws: number;
  readonly refuses: boolean;
  /** How long it lets others run at each of its steps. */
  readonly pauseMs: number;
}

const service = "simulation.Work";

/** A method of strings. */
function method(name: string, promise: DeliveryPromise): Method {
  return {
    path: `/${service}/${name}`,
    service,
    name,
    kind: "unary",
    request: codecFor(StringValueSchema) as Marshaller,
    response: codecFor(StringValueSchema) as Marshaller,
    promise,
  };
}

export const MAKE: Method = method("Make", "exactly-once");
export const TRANSFER: Method = method("Transfer", "exactly-once");
export const AUDIT: Method = method("Audit", "at-most-once");

export const METHODS: Readonly<Record<Exclude<Style, "forged">, Method>> = {
  redo: MAKE,
  plain: MAKE,
  journaled: TRANSFER,
  query: AUDIT,
};

export const ACCOUNTS: readonly string[] = ["a", "b", "c", "d"];

/** The request that asks for it. */
export function requestText({ label, style, where, manner }: Work): string {
  return [label, style, where.join(","), manner.throws, manner.refuses ? 1 : 0, manner.pauseMs].join("|");
}

export function workOf(text: string): Work {
  const [label, style, where, throws, refuses, pauseMs] = text.split("|");
  return {
    label: label!,
    style: style as Style,
    where: where!.split(","),
    manner: { throws: Number(throws), refuses: refuses === "1", pauseMs: Number(pauseMs) },
  };
}

/** A message of one string: the wire format of google.protobuf.StringValue, for short strings. */
export function bytesOf(text: string): Uint8Array {
  const content = new TextEncoder().encode(text);
  const lengthBytes =
    content.length < 128 ? [content.length] : [(content.length & 127) | 128, content.length >> 7];
  return new Uint8Array([10, ...lengthBytes, ...content]);
}

export function textOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  return new TextDecoder().decode(bytes.subarray(bytes[1]! < 128 ? 2 : 3));
}

/** What a transaction has read and written, as text: in its answer, and in the state. */
export function transactionText({ label, by, count, reads, writes }: Transaction): string {
  const read = [...reads].map(([account, { number, writer }]) => `${account}:${number}:${writer}`);
  const written = [...writes].map(([account, number]) => `${account}:${number}`);
  return [label, count, read.join(","), written.join(","), by].join("|");
}

export function transactionOf(text: string): Transaction {
  const [label, count, read, written, by] = text.split("|");
  const parts = (list: string | undefined) => (list ? list.split(",").map((part) => part.split(":")) : []);
  return {
    label: label!,
    by: by!,
    count: Number(count),
    reads: new Map<string, Version>(
      parts(read).map(([account, number, writer]) => [account!, { number: Number(number), writer: writer! }]),
    ),
    writes: new Map(parts(written).map(([account, number]) => [account!, Number(number)])),
  };
}
