import type { DescMessage } from "@bufbuild/protobuf";
import { sortedFields } from "./field.js";
import { fieldEncoder } from "./field-encoder.js";
import { type EncoderLookup, isComplete, type MessageEncoder, writeUnknown } from "./message-encoder.js";

/** An encoder that is put together from closures, one for each field. */
export function closureEncoder(schema: DescMessage, lookup: EncoderLookup): MessageEncoder["write"] {
  const encoders = sortedFields(schema).map((field) => fieldEncoder(field, lookup));
  return (message, output, options) => {
    const complete = isComplete(message, schema);
    for (let i = 0; i < encoders.length; i++) encoders[i](message, output, options, complete);
    if (complete && options.writesUnknown && message.$unknown !== undefined) writeUnknown(message, output);
  };
}
