import { expect, it } from "vitest";
import { metadataEntry, metadataLines } from "./metadata-option.js";

it.each<[text: string, name: string, value: string | Uint8Array]>([
  ["a:b", "a", "b"],
  ["X-Request-Id: 7 ", "x-request-id", "7"],
  ["a:b:c", "a", "b:c"],
  ["a:", "a", ""],
  ["a-bin:AQI=", "a-bin", Uint8Array.of(1, 2)],
  ["a-bin: AQI", "a-bin", Uint8Array.of(1, 2)],
  ["a-bin:-_8", "a-bin", Uint8Array.of(0xfb, 0xff)],
])("%s", (text, name, value) => {
  const [readName, readValue] = metadataEntry(text);
  expect(readName).toBe(name);
  expect(typeof readValue === "string" ? readValue : Uint8Array.from(readValue)).toEqual(value);
});

it.each([
  ["a", "`a` is no metadata"],
  [":a", "`:a` is no metadata"],
  ["a b:c", "`a b` is no name of metadata"],
  ["grpc-x:1", "metadata `grpc-x` is reserved for the protocol"],
  ["te:trailers", "metadata `te` is reserved for the protocol"],
  ["a:ü", "the value of `a` is not plain ASCII"],
  ["a-bin:?", "the value of `a-bin` is no base64"],
  ["a-bin:A", "the value of `a-bin` is no base64"],
])("%s is refused", (text, message) => expect(() => metadataEntry(text)).toThrow(message));

it("shows bytes as base64", () => {
  expect(
    metadataLines([
      ["a", "b"],
      ["c-bin", Uint8Array.of(1, 2)],
    ]),
  ).toEqual(["a: b", "c-bin: AQI="]);
});
