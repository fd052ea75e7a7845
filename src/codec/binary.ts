import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { Output } from "../bytes/output.js";
import { decodeMessage, ENCODE_DEFAULTS, READER_DEFAULTS } from "./codec.js";
import { compiledTypes } from "./compiled-types.js";
import type { Fields } from "./field.js";
import { Reader } from "./reader.js";

/** How {@link fromBinary} reads. */
export interface BinaryReadOptions {
  /** Whether unknown fields are kept in `$unknown`, to be written back. Default: true. */
  readonly readUnknownFields?: boolean;
  /** How deep messages may nest, the outermost included. Default: 100. */
  readonly recursionLimit?: number;
}

/** How {@link toBinary} writes. */
export interface BinaryWriteOptions {
  /** Whether the fields in `$unknown` are written, behind the known ones. Default: true. */
  readonly writeUnknownFields?: boolean;
  /**
   * Whether map entries are written in the order of their keys, so that equal messages give equal bytes as long as
   * their type stays as it is. Default: false.
   */
  readonly deterministic?: boolean;
}

/**
 * A message's bytes in protobuf's binary format. `message` may be an init shape, too.
 * @throws Error where a value is not of its field's type, or a required field is not set
 */
export function toBinary<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc> | MessageInitShape<Desc>,
  options?: BinaryWriteOptions,
): Uint8Array {
  const output = new Output();
  compiledTypes()
    .encoderOf(schema)
    .write(
      message as Fields,
      output,
      options === undefined
        ? ENCODE_DEFAULTS
        : {
            writesUnknown: options.writeUnknownFields ?? true,
            deterministic: options.deterministic ?? false,
          },
    );
  return output.view().slice();
}

/**
 * The message that `bytes` hold in protobuf's binary format.
 *
 * A `bytes` field of the message is a view of `bytes` where it is at least half of the buffer that it keeps alive,
 * and a copy otherwise: do not write to `bytes` afterwards.
 * @throws Error on malformed bytes
 */
export function fromBinary<Desc extends DescMessage>(
  schema: Desc,
  bytes: Uint8Array,
  options?: BinaryReadOptions,
): MessageShape<Desc> {
  const reader = new Reader(bytes, 0, bytes.length, {
    typeName: schema.typeName,
    keepsUnknown: options?.readUnknownFields ?? READER_DEFAULTS.keepsUnknown,
    recursionLimit: options?.recursionLimit ?? READER_DEFAULTS.recursionLimit,
    owned: true,
  });
  return decodeMessage(compiledTypes().decoderOf(schema), reader) as unknown as MessageShape<Desc>;
}
