import { beforeEach, describe, expect, it } from "vitest";
import { loadInterface } from "../../idl/load.js";
import { definitionText } from "./definition.js";
import { type Lab, startLab, tried } from "./lab.test.util.js";

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

function described(...args: string[]) {
  return tried(["describe", lab.address, ...args, "--plaintext"]);
}

const SAMPLE = `\
// lab.v1.Sample, in lab.proto
message Sample {
  message Part {
    double weight = 1;
  }

  // What it is called.
  string name = 1;

  int64 big = 2;
  bytes raw = 3;
  lab.v1.Mood mood = 4 [deprecated = true];
  repeated lab.v1.Sample.Part parts = 5;
  map<string, lab.v1.Sample.Part> by_name = 6;

  oneof choice {
    string text = 7;
    int32 number = 8;
  }

  optional bool is_set = 9;
  google.protobuf.Any any = 10;
  google.protobuf.Timestamp made = 11;
  string renamed = 12 [json_name = "other"];

  reserved 20, 30 to 32, 100 to max;
  reserved "old";
}
`;

const ECHO = `\
// lab.v1.Lab/Echo, in lab.proto
// Says the same again.
rpc Echo(lab.v1.Sample) returns (lab.v1.Sample) {
  option (redoubt.delivery) = AT_LEAST_ONCE;
}
`;

describe("redoubt describe", () => {
  it.each([
    ["lab.v1.Sample", SAMPLE],
    [
      "Lab/Echo",
      `${ECHO}\n${SAMPLE}\n// redoubt call TARGET lab.v1.Lab/Echo '{"name":"","big":0,"raw":"","mood":"MOOD_UNSPECIFIED","parts":[],"byName":{},"text":"","isSet":false,"other":""}' --plaintext\n`,
    ],
    [
      "lab.v1.Mood",
      "// lab.v1.Mood, in lab.proto\nenum Mood {\n  MOOD_UNSPECIFIED = 0;\n\n  // All is well.\n  MOOD_FINE = 1;\n\n  MOOD_GLUM = 2;\n}\n",
    ],
    ["lab.v1.Mood.MOOD_GLUM", "// lab.v1.Mood.MOOD_GLUM, in lab.proto\nMOOD_GLUM = 2;\n"],
    ["lab.v1.Sample.name", "// lab.v1.Sample.name, in lab.proto\n// What it is called.\nstring name = 1;\n"],
    [
      "lab.v1.Sample.choice",
      "// lab.v1.Sample.choice, in lab.proto\noneof choice {\n  string text = 7;\n  int32 number = 8;\n}\n",
    ],
    ["lab.v1.Sample.Part", "// lab.v1.Sample.Part, in lab.proto\nmessage Part {\n  double weight = 1;\n}\n"],
    ["lab.v1.Empty", "// lab.v1.Empty, in lab.proto\nmessage Empty {}\n"],
  ])("%s", async (name, text) => {
    const written = await described(name, "--proto", "lab.proto");
    expect(written).toEqual({ exitCode: 0, stdout: text.replace("TARGET", lab.address), stderr: "" });
    // What the server tells has no comments.
    const told = await described(name);
    const plain = (text: string) => text.replace(/^ *\/\/.*\n/gm, "").replace(/\n+/g, "\n");
    expect(plain(told.stdout)).toBe(plain(text));
  });

  it("prints descriptors with --json", async () => {
    const { stdout } = await described("lab.v1.CountReply", "--json");
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      kind: "message",
      name: "lab.v1.CountReply",
      file: "lab.proto",
      descriptor: {
        name: "CountReply",
        field: [
          { name: "number", number: 1, label: "LABEL_OPTIONAL", type: "TYPE_INT32", jsonName: "number" },
        ],
      },
    });
  });

  it.each([
    ["lab.v1.Sampl", "there is nothing called `lab.v1.Sampl`", /^there are: /],
    ["lab.v1.Sample.nam", "message `lab.v1.Sample` has no `nam`", /^did you mean `name`\?/],
    ["Lab/Echoo", "service `lab.v1.Lab` has no `Echoo`", /^did you mean `Echo`\?/],
    ["lab.v1.Mood.X", "enum `lab.v1.Mood` has no `X`", /^`describe lab.v1.Mood` shows what it has/],
  ])("%s", async (name, message, hint) => {
    for (const args of [[], ["--proto", "lab.proto"]]) {
      const { exitCode, stderr } = await described(name, ...args);
      const [first, second] = stderr.split("\n");
      expect({ exitCode, first }).toEqual({ exitCode: 2, first: `redoubt: ${message}` });
      expect(second.replace("  hint: ", "")).toMatch(hint);
    }
  });
});

describe("a definition", () => {
  it.each<[what: string, head: string, text: string]>([
    [
      "proto2, with labels, groups and defaults",
      'syntax = "proto2"; package p;',
      `\
message M {
  required int32 a = 1;
  optional string b = 2 [default = "q\\"\\n"];
  repeated bytes c = 3 [json_name = "sea"];

  optional group Grouped = 4 {
    optional p.E e = 1 [default = ONE];
  }

  extend p.M {
    optional string note = 100 [(p.mark) = { word: "x", numbers: 1, numbers: 2 }];
  }

  extensions 100 to 199;
}
`,
    ],
    [
      "an edition",
      'edition = "2023"; package p;',
      `\
message M {
  option deprecated = true;
  option (p.label) = "\\"quoted\\"";

  int32 a = 1 [features = { field_presence: IMPLICIT }];

  oneof o {
    string b = 2;
  }
}
`,
    ],
  ])("of %s is the text that made it", (_, head, text) => {
    const isProto2 = head.includes("proto2");
    const options = `import "google/protobuf/descriptor.proto";
      ${
        isProto2
          ? `enum E { ZERO = 0; ONE = 1; } message Mark { optional string word = 1; repeated int32 numbers = 2; }
             extend google.protobuf.FieldOptions { optional Mark mark = 50001; }`
          : "extend google.protobuf.MessageOptions { string label = 50002; }"
      }`;
    const source = `${head}\n${options}\n${text}`;
    const registry = loadInterface(["m.proto"], {
      read: (name) => (name === "m.proto" ? source : undefined),
    });
    const printed = definitionText(registry.getMessage("p.M")!, registry);
    expect(printed).toBe(text);
  });
});
