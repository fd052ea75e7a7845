import { createFileRegistry, type DescFile, type DescMessage, toJson } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  file_google_protobuf_any,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { hostileName, legalName } from "./names.test.util.js";
import { type FileModel, fileModel, type Types } from "./schema-model.test.util.js";
import { fileProto } from "./schema-protos.test.util.js";

/** Message types, made of descriptors as a compiler or a hostile peer could give them. */
export interface Schema {
  readonly messages: readonly DescMessage[];
  readonly files: readonly FileDescriptorProto[];
}

/**
 * One or two files of any syntax, of which the second may use the types of the first, with all types of the last; now
 * and then the types that come with protobuf.
 */
export const schema: fc.Arbitrary<Schema> = fc.oneof(
  { weight: 25, arbitrary: models(legalName).map((models) => schemaOf(models)) },
  { weight: 1, arbitrary: fc.constant(null).map(() => wellKnownSchema()) },
);

/** The same with names that no compiler would let pass. */
export const hostileSchema: fc.Arbitrary<Schema> = models(hostileName).map((models) => schemaOf(models));

/** The models of schemas; `member` gives the names of fields and oneofs. */
export function models(
  name: fc.Arbitrary<string>,
  member: fc.Arbitrary<string> = name,
): fc.Arbitrary<readonly FileModel[]> {
  return fc.array(fileModel(name, member), { minLength: 1, maxLength: 2 });
}

const WELL_KNOWN: readonly DescFile[] = [
  file_google_protobuf_struct,
  file_google_protobuf_wrappers,
  file_google_protobuf_timestamp,
  file_google_protobuf_duration,
  file_google_protobuf_any,
  file_google_protobuf_empty,
];

const WELL_KNOWN_TYPES: readonly string[] = WELL_KNOWN.flatMap(({ messages }) =>
  messages.map(({ typeName }) => typeName),
);

function wellKnownSchema(): Schema {
  const files = [...WELL_KNOWN, file_google_protobuf_descriptor];
  return {
    files: [],
    messages: files.flatMap(({ messages }) => messages.flatMap(withNested)),
  };
}

export function schemaOf(models: readonly FileModel[]): Schema {
  const types: Types = { messages: [], enums: [], wellKnown: WELL_KNOWN_TYPES };
  const files: FileDescriptorProto[] = [];
  for (const model of models) {
    const dependency = [...WELL_KNOWN.map(({ proto }) => proto.name), ...files.map(({ name }) => name)];
    files.push(fileProto(model, `file${files.length}.proto`, dependency, types));
  }
  return schemaOfFiles(files);
}

/** The message types of the last of some files. */
export function schemaOfFiles(files: readonly FileDescriptorProto[]): Schema {
  const last = files[files.length - 1];
  const registry = createFileRegistry(
    last,
    (name) => files.find((file) => file.name === name) ?? WELL_KNOWN.find(({ proto }) => proto.name === name),
  );
  const { messages } = registry.getFile(last.name)!;
  return new PrintableSchema(files, messages.flatMap(withNested));
}

function withNested(message: DescMessage): DescMessage[] {
  return [message, ...message.nestedMessages.flatMap(withNested)];
}

/** Printed by fast-check as its descriptors. */
class PrintableSchema implements Schema {
  readonly files: readonly FileDescriptorProto[];
  readonly messages: readonly DescMessage[];

  constructor(files: readonly FileDescriptorProto[], messages: readonly DescMessage[]) {
    this.files = files;
    this.messages = messages;
  }

  [fc.toStringMethod](): string {
    return this.files
      .map((file) =>
        JSON.stringify({ ...(toJson(FileDescriptorProtoSchema, file) as object), dependency: undefined }),
      )
      .join("\n");
  }
}
