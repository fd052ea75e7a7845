import { create, createFileRegistry, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema, MessageOptionsSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { compileSources } from "./compile.test.util.js";
import { withoutSourceRetention } from "./source-retention.js";

const PROTO2 = `syntax = "proto2"; package t; import "google/protobuf/descriptor.proto";
message O { optional int32 kept = 1; optional int32 gone = 2 [retention = RETENTION_SOURCE]; optional O one = 3; repeated O many = 4; map<string, O> by = 5;
 oneof choice { O chosen = 6; int32 number = 7 [retention = RETENTION_SOURCE]; string text = 9; }
 optional google.protobuf.MessageOptions options = 8; optional group G = 10 { optional int32 kept = 1; optional int32 gone = 2 [retention = RETENTION_SOURCE]; optional group H = 3 { optional int32 a = 1; } }
 repeated group R = 11 { optional int32 kept = 1; optional int32 gone = 2 [retention = RETENTION_SOURCE]; } repeated int32 packed = 12 [packed = true]; repeated int32 loose = 13; repeated string strings = 14; map<int32,int32> plain = 15; extensions 100 to 200; }
extend O { optional O ext = 100; optional int32 gone_ext = 101 [retention = RETENTION_SOURCE]; repeated int32 packed_ext = 102 [packed=true]; }
message Q { required int32 gone = 1 [retention = RETENTION_SOURCE]; optional int32 kept = 2; }
message MS { option message_set_wire_format = true; extensions 4 to max; } message MX { extend MS { optional MX x = 50; } optional int32 gone = 1 [retention = RETENTION_SOURCE]; optional int32 kept = 2; }
extend google.protobuf.MessageOptions { optional string gone = 50001 [retention = RETENTION_SOURCE]; optional O o = 50002; repeated O all = 50003; optional string kept = 50004; repeated int32 gone_too = 50005 [retention = RETENTION_SOURCE]; optional Q req = 50006; repeated int32 pk = 50007 [packed=true]; optional P p = 50008; optional MS ms = 50009; optional group Grp = 50010 { optional int32 kept = 1; optional int32 gone = 2 [retention = RETENTION_SOURCE]; } }
message P { }
`;

const PROTO3 = `syntax="proto3"; package t3; import "google/protobuf/descriptor.proto"; message Z { int32 a = 1; string s = 2; optional int32 b = 3; repeated int32 r = 4; double d = 5; bool t = 6; bytes y = 7; enum E {X=0;} E e = 8; oneof o { int32 oi = 9; Z z = 10; } int32 gone = 11 [retention=RETENTION_SOURCE]; } extend google.protobuf.MessageOptions { Z z = 50100; optional int32 i = 50101; repeated int32 ri = 50102; repeated Z rz = 50103; }
`;

describe("custom options without what is for the source only", () => {
  // As protoc 36.2 writes them.
  it.each([
    [PROTO2, "option (req) = { gone: 1 kept: 2 };", "b2b518021002"],
    [
      PROTO2,
      "option (o) = { G { gone: 1 kept: 2 } }; option (o).one.g.h.a = 3;",
      "92b5180e1a06531b08031c54530802100154",
    ],
    [
      PROTO2,
      "option (o).g.h.a = 3; option (o).g.gone = 1; option (o).g.kept = 1;",
      "92b5180a53080110011b08031c54",
    ],
    [PROTO2, "option (o) = { R { gone: 1 kept: 2 } R { gone: 1 } };", "92b5180a5b080210015c5b10015c"],
    [PROTO2, 'option (kept) = "\\xff"; option (gone) = "\\xff";', "a2b51801ff"],
    [PROTO2, 'option (o).by = { key: "a" };', "92b518072a050a01611200"],
    [PROTO2, "option (o).by = { value { gone: 1 } };", "92b518062a040a001200"],
    [
      PROTO2,
      'option (o).by = { key: "b" value { kept: 1 } }; option (o).by = { key: "a" value { kept: 2 gone: 1 } }; option (o).by = { key: "b" value { kept: 3 } };',
      "92b5181b2a070a0162120208012a070a0161120208022a070a016212020803",
    ],
    [PROTO2, 'option (o).chosen.kept = 1; option (o).text = "x";', "92b518034a0178"],
    [
      PROTO2,
      'option (o).text = "x"; option (o).chosen.kept = 1; option (o).chosen.gone = 1;',
      "92b5180432020801",
    ],
    [PROTO2, 'option (o).number = 1; option (o).text = "x";', "92b518034a0178"],
    [PROTO2, 'option (o).text = "x"; option (o).number = 1;', "92b51800"],
    [PROTO2, 'option (o).options.(gone) = "x";', "92b51800"],
    [PROTO2, "option (o).options = {};", "92b518024200"],
    [PROTO2, 'option (o).options.deprecated = true; option (o).options.(gone) = "x";', "92b5180442021801"],
    [PROTO2, "option (o).options.(o).gone = 1;", "92b51806420492b51800"],
    [PROTO2, 'option (o).one.options.(o).options.(gone) = "x";', "92b518081a06420492b51800"],
    [
      PROTO2,
      'option (o).packed = 1; option (o).packed = 2; option (o).loose = 1; option (o).loose = 2; option (o).strings = "a"; option (o).strings = "";',
      "92b5180d62020102680168027201617200",
    ],
    [
      PROTO2,
      "option (o) = { packed: [1,2] loose: [1,2] }; option (o).packed = 3;",
      "92b51809620301020368016802",
    ],
    [
      PROTO2,
      "option (o).plain = {key: 2 value: 1}; option (o).plain = {key: 1}; option (o).plain = {key: 2 value: 7};",
      "92b518127a04080210017a04080110007a0408021007",
    ],
    [
      PROTO2,
      "option (o).(ext).gone = 1; option (o).(ext).kept = 1; option (o).(gone_ext) = 1; option (o).(packed_ext) = 1; option (o).(packed_ext) = 2;",
      "92b5180aa206020801b206020102",
    ],
    [PROTO2, "option (pk) = 1; option (pk) = 2;", "bab518020102"],
    [PROTO2, "option (p) = {};", "c2b51800"],
    [PROTO2, "option (ms) = { [t.MX.x] { gone: 1 kept: 2 } };", "cab518080b10321a0210020c"],
    [PROTO2, "option (grp).gone = 1; option (grp).kept = 2;", "d3b51808021001d4b518"],
    [PROTO2, "option (grp) = { gone: 1 };", "d3b5181001d4b518"],
    [PROTO3, 'option (z) = { a: 0 s: "" b: 0 d: -0 t: false y: "" e: X };', "a2bb180b1800290000000000000080"],
    [
      PROTO3,
      'option (z).a = 0; option (z).s = ""; option (z).b = 0; option (z).d = 0; option (z).e = X; option (z).y = ""; option (z).t = false;',
      "a2bb18021800",
    ],
    [PROTO3, "option (z).oi = 0;", "a2bb18024800"],
    [PROTO3, "option (z).z.a = 0; option (z).z.gone = 1;", "a2bb18025200"],
    [
      PROTO3,
      "option (i) = 0; option (ri) = 0; option (ri) = 5; option (rz) = {}; option (rz) = { gone: 1 };",
      "a8bb1800b2bb18020005babb1800babb1800",
    ],
    [PROTO3, "option (z).r = 0; option (z).r = 1; option (z).gone = 1;", "a2bb180422020001"],
    [PROTO3, 'option (z).y = "\\0";', "a2bb18033a0100"],
    [PROTO3, 'option (z).s = "\\0";', "a2bb1803120100"],
  ])("%.0s%s", (options, body, expected) => {
    const { diagnostics, files } = compileSources({ "a.proto": `${options}message M { ${body} }` });
    expect(diagnostics).toEqual([]);
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
    const stripped = withoutSourceRetention(files.at(-1)!, registry).messageType.at(-1)!.options!;
    expect(Buffer.from(toBinary(MessageOptionsSchema, stripped)).toString("hex")).toBe(expected);
  });
});
