import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { firstDifference } from "./first-difference.js";
import { sameInAnyOrder } from "./option-bytes.js";

type Init = MessageInitShape<typeof FileDescriptorProtoSchema>;

function difference(ours: Init, theirs: Init): string | undefined {
  const [a, b] = [ours, theirs].map((init) => create(FileDescriptorProtoSchema, init));
  return firstDifference(a, b, sameInAnyOrder);
}

const field = (name: string, number: number) => ({ messageType: [{ name: "M", field: [{ name, number }] }] });

it.each<[ours: Init, theirs: Init, told: string | undefined]>([
  [field("a", 1), field("a", 1), undefined],
  [field("a", 1), field("a", 2), "messageType[M].field[a].number: 1, not 2"],
  [field("a", 1), field("b", 1), 'messageType[M].field[a].name: "a", not "b"'],
  [field("a", 1), { messageType: [{ name: "M" }] }, "messageType[M].field[a]: a, not nothing"],
  [{ dependency: ["a"] }, { dependency: ["a", "b"] }, 'dependency[1]: nothing, not "b"'],
  [{ options: {} }, {}, "options: google.protobuf.FileOptions, not nothing"],
])("%j and %j: %s", (ours, theirs, told) => expect(difference(ours, theirs)).toBe(told));

it("leaves the order of fields within options to others", () => {
  const withOption = (hex: string) => {
    const file = create(FileDescriptorProtoSchema, { options: {} });
    file.options!.$unknown = [{ no: 50000, wireType: 2, data: Buffer.from(hex, "hex") }];
    return file;
  };
  const [inOrder, outOfOrder, other] = ["0408011002", "0410020801", "0410020802"].map(withOption);
  const isEqual = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
  expect(firstDifference(inOrder, outOfOrder, sameInAnyOrder)).toBeUndefined();
  expect(firstDifference(inOrder, outOfOrder, isEqual)).toMatch(/^options\.\$unknown\[50000\]: bytes/);
  expect(firstDifference(inOrder, other, sameInAnyOrder)).toMatch(/^options\.\$unknown\[50000\]: bytes/);
});
