import type { DescMessage } from "@bufbuild/protobuf";
import { checkSchema } from "./check-schema.js";
import { closureDecoder } from "./closure-decoder.js";
import { closureEncoder } from "./closure-encoder.js";
import { generatedDecoder } from "./generated-decoder.js";
import { generatedEncoder } from "./generated-encoder.js";
import type { MessageDecoder } from "./message-decoder.js";
import type { MessageEncoder } from "./message-encoder.js";
import { canGenerateCode } from "./source.js";

/** How encoders and decoders are made: as functions from text, or put together from closures. */
export type CodecMode = "generated" | "closures";

/**
 * The encoders and decoders of message types. Each is made when the first message comes along that needs it, and
 * kept as long as its descriptor.
 */
class CompiledTypes {
  private readonly mode: CodecMode;
  private readonly encoders = new WeakMap<DescMessage, MessageEncoder>();
  private readonly decoders = new WeakMap<DescMessage, MessageDecoder>();

  constructor(mode: CodecMode) {
    this.mode = mode;
  }

  readonly encoderOf = (schema: DescMessage): MessageEncoder => {
    const known = this.encoders.get(schema);
    if (known !== undefined) return known;
    const make = this.mode === "generated" ? generatedEncoder : closureEncoder;
    const encoder: MessageEncoder = {
      lengthBytes: 1,
      write: (message, output, options) => {
        checkSchema(schema);
        encoder.write = make(schema, this.encoderOf);
        encoder.write(message, output, options);
      },
    };
    this.encoders.set(schema, encoder);
    return encoder;
  };

  readonly decoderOf = (schema: DescMessage): MessageDecoder => {
    const known = this.decoders.get(schema);
    if (known !== undefined) return known;
    const make = this.mode === "generated" ? generatedDecoder : closureDecoder;
    const complete = (): MessageDecoder => {
      checkSchema(schema);
      return Object.assign(decoder, make(schema, this.decoderOf));
    };
    const decoder: MessageDecoder = {
      make: () => complete().make(),
      blank: () => complete().blank(),
      read: (reader, message) => complete().read(reader, message),
    };
    this.decoders.set(schema, decoder);
    return decoder;
  };
}

const types: Partial<Record<CodecMode, CompiledTypes>> = {};

/** The encoders and decoders of a mode; without one, of the faster that is possible here. */
export function compiledTypes(mode: CodecMode = preferredMode()): CompiledTypes {
  types[mode] ??= new CompiledTypes(mode);
  return types[mode];
}

let preferred: CodecMode | undefined;

function preferredMode(): CodecMode {
  preferred ??= canGenerateCode() ? "generated" : "closures";
  return preferred;
}
