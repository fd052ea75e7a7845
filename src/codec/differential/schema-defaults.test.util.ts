import { ScalarType } from "@bufbuild/protobuf";

/** A default value as descriptors write it; `choice` says which one. */
export function defaultTextOf(type: ScalarType, choice: number): string {
  const texts = TEXTS[type];
  return texts[choice % texts.length];
}

const FLOATS = ["0", "-0", "1.5", "-2.5e-3", "inf", "-inf", "nan", "1e10"];
const INT32 = ["0", "-5", "7", "2147483647", "-2147483648"];
const UINT32 = ["0", "7", "4294967295"];
const INT64 = ["0", "-5", "9223372036854775807", "-9223372036854775808"];
const UINT64 = ["0", "7", "18446744073709551615"];

const TEXTS: Readonly<Record<ScalarType, readonly string[]>> = {
  [ScalarType.DOUBLE]: FLOATS,
  [ScalarType.FLOAT]: FLOATS,
  [ScalarType.INT32]: INT32,
  [ScalarType.SINT32]: INT32,
  [ScalarType.SFIXED32]: INT32,
  [ScalarType.UINT32]: UINT32,
  [ScalarType.FIXED32]: UINT32,
  [ScalarType.INT64]: INT64,
  [ScalarType.SINT64]: INT64,
  [ScalarType.SFIXED64]: INT64,
  [ScalarType.UINT64]: UINT64,
  [ScalarType.FIXED64]: UINT64,
  [ScalarType.BOOL]: ["true", "false"],
  [ScalarType.STRING]: [
    "",
    "a",
    "é\u2028",
    '"); globalThis.redoubtCanary(); ("',
    "`+globalThis.redoubtCanary()+`\\",
    "\n*/",
  ],
  [ScalarType.BYTES]: ["", "a", "\\000\\377", "\\\\\\n"],
};
