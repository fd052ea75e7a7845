import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import { type Expectation, Slab } from "../bytes/slab.js";
import { sharedMemory, uninitializedMemory } from "../runtime/native-bytes.js";
import { decodeMessage, ENCODE_DEFAULTS, READER_DEFAULTS } from "./codec.js";
import { compiledTypes } from "./compiled-types.js";
import type { Fields } from "./field.js";
import type { MessageDecoder } from "./message-decoder.js";
import type { EncodeOptions, MessageEncoder } from "./message-encoder.js";
import { Reader, type ReaderOptions } from "./reader.js";

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
 * A message's bytes in protobuf's binary format. `message` may be an init shape, too. The array may share its `buffer`
 * with others, as Node's Buffers do: mind `byteOffset`, and do not transfer it to another thread.
 * @throws Error where a value is not of its field's type, or a required field is not set
 */
export function toBinary<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc> | MessageInitShape<Desc>,
  options?: BinaryWriteOptions,
): Uint8Array {
  const { encoder, expectation } = binaryType(schema);
  return slab.fill(encoder.write, message as Fields, encodeOptions(options), expectation);
}

function encodeOptions(options: BinaryWriteOptions | undefined): EncodeOptions {
  if (options === undefined) return ENCODE_DEFAULTS;
  return {
    writesUnknown: options.writeUnknownFields ?? ENCODE_DEFAULTS.writesUnknown,
    deterministic: options.deterministic ?? ENCODE_DEFAULTS.deterministic,
  };
}

/**
 * The message that `bytes` hold in protobuf's binary format.
 *
 * A `bytes` field of the message, or an unknown one, is a view of `bytes` where it is at least half of the buffer that
 * it keeps alive, and a copy otherwise: do not write to `bytes` afterwards.
 * @throws Error on malformed bytes
 */
export function fromBinary<Desc extends DescMessage>(
  schema: Desc,
  bytes: Uint8Array,
  options?: BinaryReadOptions,
): MessageShape<Desc> {
  if (!(bytes instanceof Uint8Array) && Object.prototype.toString.call(bytes) !== "[object Uint8Array]")
    throw new TypeError(`cannot decode ${schema} from binary: it takes a Uint8Array`);
  const { decoder, readerOptions } = binaryType(schema);
  const chosen =
    options === undefined
      ? readerOptions
      : {
          ...readerOptions,
          keepsUnknown: options.readUnknownFields ?? readerOptions.keepsUnknown,
          recursionLimit: options.recursionLimit ?? readerOptions.recursionLimit,
        };
  return decodeMessage(decoder, new Reader(bytes, 0, bytes.length, chosen)) as unknown as MessageShape<Desc>;
}

/** What the functions here need of a message type. */
interface BinaryType {
  readonly schema: DescMessage;
  readonly encoder: MessageEncoder;
  readonly decoder: MessageDecoder;
  readonly readerOptions: ReaderOptions;
  /** How long its messages are. */
  readonly expectation: Expectation;
}

/** Memory for what is encoded. */
const slab = new Slab({ shared: sharedMemory, uninitialized: uninitializedMemory });

const binaryTypes = new WeakMap<DescMessage, BinaryType>();

/** Mostly the next message is of the same type, and this is faster than the map. */
let last: BinaryType | undefined;

function binaryType(schema: DescMessage): BinaryType {
  if (last?.schema !== schema) last = binaryTypes.get(schema) ?? makeBinaryType(schema);
  return last;
}

function makeBinaryType(schema: DescMessage): BinaryType {
  const types = compiledTypes();
  const made = {
    schema,
    encoder: types.encoderOf(schema),
    decoder: types.decoderOf(schema),
    readerOptions: { ...READER_DEFAULTS, typeName: schema.typeName, owned: true },
    expectation: { lastBytes: 0, bytes: 0 },
  };
  binaryTypes.set(schema, made);
  return made;
}
