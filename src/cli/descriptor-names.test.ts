import { create } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { completeJsonNames } from "./descriptor-names.js";

it("names fields in JSON that have no name there", () => {
  const fields = () => [{ name: "max_size" }, { name: "b_c", jsonName: "own" }];
  const nested = { name: "N", field: fields(), extension: fields() };
  const file = create(FileDescriptorProtoSchema, {
    extension: fields(),
    messageType: [{ name: "M", field: fields(), extension: fields(), nestedType: [nested] }],
  });
  completeJsonNames(file);
  const [message] = file.messageType;
  const [inner] = message.nestedType;
  for (const list of [file.extension, message.field, message.extension, inner.field, inner.extension])
    expect(list.map(({ jsonName }) => jsonName)).toEqual(["maxSize", "own"]);
});
