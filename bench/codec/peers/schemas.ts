import type { DescMessage } from "@bufbuild/protobuf";
import {
  BlobSchema,
  DirectorySchema,
  MapsSchema,
  Numbers64Schema,
  PackedSchema,
  SmallSchema,
  StringsSchema,
  WideSchema,
} from "../../gen/codec_pb.js";
import type { FixtureName } from "../fixtures.js";

/** The messages of the fixtures, for those who work with descriptors. */
export const schemas: Readonly<Record<FixtureName, DescMessage>> = {
  small: SmallSchema,
  wide: WideSchema,
  strings: StringsSchema,
  nested: DirectorySchema,
  maps: MapsSchema,
  packed: PackedSchema,
  "64bit": Numbers64Schema,
  "1MiB": BlobSchema,
};
