import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";

/**
 * `grpc-status-details-bin` carries a google.rpc.Status:
 * `{ int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }`
 */
export function encodeStatusDetails(code: number, message: string, details: readonly Any[]): Uint8Array {
  const writer = new BinaryWriter().tag(1, VARINT).int32(code).tag(2, LENGTH_DELIMITED).string(message);
  for (const detail of details) writer.tag(3, LENGTH_DELIMITED).bytes(toBinary(AnySchema, detail));
  return writer.finish();
}

/** The details; none where the bytes are malformed, since a status must arrive whatever rides along. */
export function decodeStatusDetails(bytes: Uint8Array): Any[] {
  const details: Any[] = [];
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (field === 3 && wireType === LENGTH_DELIMITED) details.push(fromBinary(AnySchema, reader.bytes()));
      else reader.skip(wireType, field);
    }
  } catch {
    return [];
  }
  return details;
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;
