import type { AnyDesc, DescFile, Message } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { Place } from "./finding.js";

/** Finds where things were declared; for a file, its package. */
export function createPlaces(): (desc: AnyDesc) => Place {
  const places = new Map<DescFile, ReadonlyMap<Message, Place>>();
  return (desc) => {
    const file = fileOf(desc);
    let known = places.get(file);
    if (known === undefined) {
      known = placesIn(file);
      places.set(file, known);
    }
    return known.get(desc.proto) ?? { path: file.proto.name, line: 0, column: 0 };
  };
}

function fileOf(desc: AnyDesc): DescFile {
  switch (desc.kind) {
    case "file":
      return desc;
    case "field":
    case "oneof":
    case "enum_value":
    case "rpc":
      return desc.parent.file;
    default:
      return desc.file;
  }
}

// Field numbers, which paths in source info consist of (google/protobuf/descriptor.proto).
const FILE = FileDescriptorProtoSchema.field;
const MESSAGE = DescriptorProtoSchema.field;
const VALUES = EnumDescriptorProtoSchema.field.value.number;
const METHODS = ServiceDescriptorProtoSchema.field.method.number;

function placesIn({ proto }: DescFile): ReadonlyMap<Message, Place> {
  const spans = new Map(
    (proto.sourceCodeInfo?.location ?? []).map(({ path, span }) => [path.join(), span] as const),
  );
  const places = new Map<Message, Place>();
  const add = (part: Message, path: string): void => {
    const span = spans.get(path);
    if (span !== undefined && span.length > 1)
      places.set(part, { path: proto.name, line: span[0] + 1, column: span[1] + 1 });
  };
  const addAll = <T extends Message>(
    parts: readonly T[],
    path: string,
    inside?: (part: T, path: string) => void,
  ) => {
    for (const [index, part] of parts.entries()) {
      add(part, `${path},${index}`);
      inside?.(part, `${path},${index}`);
    }
  };

  add(proto, `${FILE.package.number}`);
  addAll(proto.enumType, `${FILE.enumType.number}`, (part, path) => addAll(part.value, `${path},${VALUES}`));
  addAll(proto.service, `${FILE.service.number}`, (part, path) => addAll(part.method, `${path},${METHODS}`));
  addAll(proto.extension, `${FILE.extension.number}`);
  const messages: [DescriptorProto, string][] = [];
  addAll(proto.messageType, `${FILE.messageType.number}`, (part, path) => messages.push([part, path]));
  for (const [message, at] of messages) {
    addAll(message.field, `${at},${MESSAGE.field.number}`);
    addAll(message.extension, `${at},${MESSAGE.extension.number}`);
    addAll(message.oneofDecl, `${at},${MESSAGE.oneofDecl.number}`);
    addAll(message.enumType, `${at},${MESSAGE.enumType.number}`, (part, path) =>
      addAll(part.value, `${path},${VALUES}`),
    );
    addAll(message.nestedType, `${at},${MESSAGE.nestedType.number}`, (part, path) =>
      messages.push([part, path]),
    );
  }
  return places;
}
