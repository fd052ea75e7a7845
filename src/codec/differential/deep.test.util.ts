import type { DescMessage } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import {
  Edition,
  FeatureSet_MessageEncoding,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { schemaOfFiles } from "./schemas.test.util.js";
import { lengthDelimited, tag, Wire } from "./wire.test.util.js";

const { OPTIONAL, REPEATED } = FieldDescriptorProto_Label;
const { INT32, MESSAGE } = FieldDescriptorProto_Type;

/** A type that contains itself in every way there is. */
export const NESTED: DescMessage = nestedType();

function nestedType(): DescMessage {
  const delimited = { features: { messageEncoding: FeatureSet_MessageEncoding.DELIMITED } };
  const node = { type: MESSAGE, typeName: ".nested.Node" };
  const file = create(FileDescriptorProtoSchema, {
    name: "nested.proto",
    package: "nested",
    syntax: "editions",
    edition: Edition.EDITION_2023,
    dependency: ["google/protobuf/struct.proto"],
    messageType: [
      {
        name: "Node",
        oneofDecl: [{ name: "choice" }],
        field: [
          { name: "single", number: 1, label: OPTIONAL, ...node },
          { name: "group", number: 2, label: OPTIONAL, ...node, options: delimited },
          { name: "list", number: 3, label: REPEATED, ...node },
          { name: "groups", number: 4, label: REPEATED, ...node, options: delimited },
          { name: "map", number: 5, label: REPEATED, type: MESSAGE, typeName: ".nested.Node.MapEntry" },
          { name: "one", number: 6, label: OPTIONAL, ...node, oneofIndex: 0 },
          { name: "json", number: 7, label: OPTIONAL, type: MESSAGE, typeName: ".google.protobuf.Struct" },
          { name: "value", number: 8, label: OPTIONAL, type: MESSAGE, typeName: ".google.protobuf.Value" },
        ],
        nestedType: [
          {
            name: "MapEntry",
            field: [
              { name: "key", number: 1, label: OPTIONAL, type: INT32 },
              { name: "value", number: 2, label: OPTIONAL, ...node },
            ],
            options: { mapEntry: true },
          },
        ],
      },
    ],
  });
  return schemaOfFiles([file]).messages[0];
}

/** Puts a message into the message around it. */
type Wrap = (inner: number[]) => number[];

const field =
  (no: number): Wrap =>
  (inner) => [...tag(no, Wire.LEN), ...lengthDelimited(inner)];

const group =
  (no: number): Wrap =>
  (inner) => [...tag(no, Wire.START_GROUP), ...inner, ...tag(no, Wire.END_GROUP)];

const entry =
  (no: number): Wrap =>
  (inner) =>
    field(no)(field(2)(inner));

/** One message deeper, each. */
const IN_NODE: readonly Wrap[] = [field(1), group(2), field(3), group(4), entry(5), field(6)];

/** Two messages deeper for each level: a `google.protobuf.Value` with a list, or an object, in it. */
const IN_VALUE: readonly Wrap[] = [
  (inner) => field(6)(field(1)(inner)),
  (inner) => field(5)(entry(1)(inner)),
];

/** An unknown group; within it all is unknown. */
const IN_UNKNOWN: readonly Wrap[] = [group(20), group(1)];

/** Messages of type {@link NESTED} about a hundred deep: nodes, and within the last one values or unknown groups. */
export const deepBytes: fc.Arbitrary<number[]> = fc
  .record({
    depth: fc.integer({ min: 96, max: 104 }),
    /** How many of these levels are nodes. */
    nodes: fc.oneof(fc.constant(104), fc.nat(104)),
    inner: fc.constantFrom("unknown", "json", "value"),
    picks: fc.array(fc.nat(100), { minLength: 104, maxLength: 104 }),
  })
  .map(({ depth, nodes, inner, picks }) => {
    const pick = (wraps: readonly Wrap[], i: number) => wraps[picks[i] % wraps.length];
    const nodeCount = Math.min(nodes, depth);
    let octets: number[] = [];
    if (inner === "unknown") for (let i = nodeCount; i < depth; i++) octets = pick(IN_UNKNOWN, i)(octets);
    else {
      const below = depth - nodeCount;
      for (let i = nodeCount; i < nodeCount + below / 2; i++) octets = pick(IN_VALUE, i)(octets);
      octets = inner === "json" ? field(7)(entry(1)(octets)) : field(8)(octets);
    }
    for (let i = 0; i < nodeCount; i++) octets = pick(IN_NODE, i)(octets);
    return octets;
  });
