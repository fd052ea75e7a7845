import type { DescMessage } from "@bufbuild/protobuf";
import { type Fields, tagOf, WireType } from "./field.js";
import { type FieldDecoder, fieldDecoders } from "./field-decoder.js";
import type { DecoderLookup, MessageDecoder } from "./message-decoder.js";
import type { Reader } from "./reader.js";
import { zeroMessageMaker } from "./zero-message.js";

/** A decoder that is put together from closures, one for each field. */
export function closureDecoder(schema: DescMessage, lookup: DecoderLookup): MessageDecoder {
  const readField = fieldReader(schema, lookup);
  const make = zeroMessageMaker(schema);
  return {
    make,
    blank: make,
    read(reader, message) {
      while (reader.at < reader.end) readField(reader, message, reader.tag());
    },
  };
}

/** Reads what stands behind a tag: a field, the end of the group that is being read, or something unknown. */
export function fieldReader(
  schema: DescMessage,
  lookup: DecoderLookup,
): (reader: Reader, message: Fields, tag: number) => void {
  let byTag: ReadonlyMap<number, FieldDecoder> | undefined;
  return (reader, message, tag) => {
    byTag ??= new Map(schema.fields.flatMap((field) => fieldDecoders(field, lookup)));
    const decode = byTag.get(tag);
    if (decode !== undefined) decode(reader, message);
    else if (reader.group !== 0 && tag === tagOf(reader.group, WireType.EGROUP)) {
      reader.group = 0;
      reader.end = reader.at;
    } else reader.keepUnknown(tag);
  };
}
