import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";

const INT32 = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const UINT32 = { min: 0n, max: 2n ** 32n - 1n };
const UINT64 = { min: 0n, max: 2n ** 64n - 1n };

/** The least and the greatest value of each type of integer. */
export const INTEGERS: ReadonlyMap<Type, { readonly min: bigint; readonly max: bigint }> = new Map([
  [Type.INT32, INT32],
  [Type.SINT32, INT32],
  [Type.SFIXED32, INT32],
  [Type.INT64, INT64],
  [Type.SINT64, INT64],
  [Type.SFIXED64, INT64],
  [Type.UINT32, UINT32],
  [Type.FIXED32, UINT32],
  [Type.UINT64, UINT64],
  [Type.FIXED64, UINT64],
]);
