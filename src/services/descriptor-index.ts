import { type DescFile, type DescMessage, type DescService, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** Finds files, with all that they import, by what they declare. Where two have the same name the first counts. */
export class DescriptorIndex {
  private readonly files = new Map<string, DescFile>();
  private readonly symbols = new Map<string, DescFile>();
  private readonly extensions = new Map<string, Map<number, DescFile>>();
  private readonly encoded = new Map<DescFile, Uint8Array>();

  constructor(files: Iterable<DescFile>) {
    for (const file of files) this.add(file);
  }

  /** `name` as imports write it: `google/protobuf/any.proto`. */
  file(name: string): DescFile | undefined {
    return this.files.get(name);
  }

  /** By the full name of a message, field, oneof, enum, enum value (which stands beside its enum), extension, service or method. */
  fileOf(symbol: string): DescFile | undefined {
    return this.symbols.get(symbol);
  }

  fileOfExtension(extendee: string, number: number): DescFile | undefined {
    return this.extensions.get(extendee)?.get(number);
  }

  /** Going up. */
  extensionNumbers(extendee: string): number[] {
    return [...(this.extensions.get(extendee)?.keys() ?? [])].sort((a, b) => a - b);
  }

  /** The file as a `google.protobuf.FileDescriptorProto` in its binary form. */
  encode(file: DescFile): Uint8Array {
    let bytes = this.encoded.get(file);
    if (bytes === undefined) {
      bytes = toBinary(FileDescriptorProtoSchema, file.proto);
      this.encoded.set(file, bytes);
    }
    return bytes;
  }

  private add(file: DescFile): void {
    const { name } = file.proto;
    if (this.files.has(name)) return;
    this.files.set(name, file);
    this.addTypes(file, file.proto.package, file);
    this.addExtensions(file.extensions, file);
    for (const service of file.services) this.addService(service, file);
    for (const dependency of file.dependencies) this.add(dependency);
  }

  private addTypes(types: Types, scope: string, file: DescFile): void {
    for (const { typeName, values } of types.enums) {
      this.symbols.set(typeName, file);
      for (const { name } of values) this.symbols.set(within(scope, name), file);
    }
    for (const message of types.messages) this.addMessage(message, file);
  }

  private addMessage(message: DescMessage, file: DescFile): void {
    const { typeName } = message;
    this.symbols.set(typeName, file);
    for (const { name } of [...message.fields, ...message.oneofs])
      this.symbols.set(within(typeName, name), file);
    this.addTypes({ enums: message.nestedEnums, messages: message.nestedMessages }, typeName, file);
    this.addExtensions(message.nestedExtensions, file);
  }

  private addExtensions(extensions: DescFile["extensions"], file: DescFile): void {
    for (const { typeName, extendee, number } of extensions) {
      this.symbols.set(typeName, file);
      const numbers = this.extensions.get(extendee.typeName) ?? new Map<number, DescFile>();
      numbers.set(number, file);
      this.extensions.set(extendee.typeName, numbers);
    }
  }

  private addService(service: DescService, file: DescFile): void {
    this.symbols.set(service.typeName, file);
    for (const { name } of service.methods) this.symbols.set(within(service.typeName, name), file);
  }
}

type Types = Pick<DescFile, "enums" | "messages">;

function within(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}
