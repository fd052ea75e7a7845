import { create } from "@bufbuild/protobuf";
import { type Any, AnySchema, anyPack, DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { expect, test } from "vitest";
import { detail } from "./detail.js";
import { RpcError } from "./error.js";
import { Metadata } from "./metadata.js";
import { Status, statusFrom, statusName } from "./status.js";

test("has defaults for all that was not said", () => {
  const error = new RpcError(Status.NOT_FOUND);
  expect(error).toMatchObject({
    code: 5,
    codeName: "NOT_FOUND",
    message: "",
    details: [],
    outcome: "unknown",
  });
  expect(error.metadata.size).toBe(0);
  expect("cause" in error).toBe(false);
  expect(error).toBeInstanceOf(Error);
});

test.each([-1, 17, 4.5, Number.NaN, "ENOENT", "5", undefined, null])("%s is no code: UNKNOWN", (code) => {
  expect(new RpcError(code as Status, "text")).toMatchObject({ code: Status.UNKNOWN, codeName: "UNKNOWN" });
});

test("takes metadata in any form", () => {
  const metadata = new Metadata({ a: "1" });
  expect(new RpcError(Status.ABORTED, "", { metadata }).metadata).toBe(metadata);
  expect(new RpcError(Status.ABORTED, "", { metadata: { a: "1" } }).metadata.get("a")).toBe("1");
  expect(() => new RpcError(Status.ABORTED, "", { metadata: { "a b": "1" } })).toThrow(TypeError);
});

test("finds details by type", () => {
  const details = [
    anyPack(DurationSchema, create(DurationSchema, { seconds: 1n })),
    anyPack(TimestampSchema, create(TimestampSchema, { seconds: 2n })),
    anyPack(DurationSchema, create(DurationSchema, { seconds: 3n })),
  ];
  const error = new RpcError(Status.ABORTED, "", { details });
  expect(error.findDetails(DurationSchema).map(({ seconds }) => seconds)).toEqual([1n, 3n]);
  expect(error.findDetails(TimestampSchema).length).toBe(1);
});

test("leaves malformed details out, and keeps unknown ones", () => {
  const malformed = create(AnySchema, { typeUrl: "type.googleapis.com/google.protobuf.Duration" });
  malformed.value = new Uint8Array([0x08]);
  const unknown = create(AnySchema, { typeUrl: "type.googleapis.com/x.Y" });
  const error = new RpcError(Status.ABORTED, "", {
    details: [malformed, unknown, detail(DurationSchema, { seconds: 1n })],
  });
  expect(error.findDetails(DurationSchema)).toMatchObject([{ seconds: 1n }]);
  expect(error.details).toContain(unknown);
});

test("takes no details that are not packed", () => {
  const make = (unpacked: unknown) => new RpcError(Status.ABORTED, "", { details: [unpacked as Any] });
  expect(() => make(create(DurationSchema))).toThrow(
    "RpcError: a detail is a google.protobuf.Duration: pack it with detail(schema, message)",
  );
  expect(() => make({ seconds: 1n })).toThrow("a detail is a plain object");
});

test("says what it is", () => {
  const cause = new Error("below");
  const error = new RpcError(Status.UNAVAILABLE, "gone", { cause });
  expect(String(error)).toBe("RpcError: [UNAVAILABLE] gone");
  expect(error.name).toBe("RpcError");
  expect(error.cause).toBe(cause);
  expect(error.stack).toContain("error.test");
  expect(Object.keys(error)).not.toContain("Symbol(@redoubt/rpc/RpcError)");
});

test("is told from other errors", () => {
  expect(RpcError.is(new RpcError(Status.ABORTED))).toBe(true);
  class Mine extends RpcError {}
  expect(RpcError.is(new Mine(Status.ABORTED))).toBe(true);
  for (const other of [undefined, null, "x", {}, new Error("x"), { code: 10 }])
    expect(RpcError.is(other)).toBe(false);
});

test.each([
  [0, "OK"],
  [16, "UNAUTHENTICATED"],
  [17, "17"],
  [-1, "-1"],
])("code %i is called %s", (code, name) => {
  expect(statusName(code)).toBe(name);
});

test.each([
  [0, 0],
  [16, 16],
  [17, 2],
  [-1, 2],
  [1.5, 2],
  [Number.NaN, 2],
])("%d from the wire is code %i", (code, expected) => {
  expect(statusFrom(code)).toBe(expected);
});
