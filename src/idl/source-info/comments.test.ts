import { describe, expect, it } from "vitest";
import { locate } from "./source-info.test.util.js";

interface Case {
  readonly name: string;
  readonly text: string;
  /** The paths of options, by something that their text contains. */
  readonly paths?: Readonly<Record<string, readonly number[]>>;
  /** By the path of what they belong to, as protoc 36.2 hands them out. */
  readonly comments: Readonly<Record<string, LocationComments>>;
}

interface LocationComments {
  readonly detached?: readonly string[];
  readonly leading?: string;
  readonly trailing?: string;
}

const CASES: readonly Case[] = [
  {
    name: "declarations of all kinds",
    text: `// syntax
syntax = "proto2"; // syntax too
// package
package a; // package too
// import
import public "google/protobuf/any.proto"; // import too
// option
option java_package = "x"; // option too
// message
message A { // message too

  // field
  optional int32 a = 1; // field too

  // group
  optional group G = 2 { // group too
  }

  // oneof
  oneof o { // oneof too
    // field of oneof
    int32 b = 3; // field of oneof too
  } // nobody's

  // extensions
  extensions 100 to 199, 500 [verification = UNVERIFIED]; // extensions too

  // reserved
  reserved 50; // reserved too

  // option of message
  option deprecated = true; // option of message too
}
// extend
extend A { // extend too
  // extension
  optional int32 c = 100; // extension too
}
// enum
enum E { // enum too
  // value
  Z = 0; // value too
}
// service
service S { // service too
  // method
  rpc Q(A) returns (A); // method too
  // method with body
  rpc R(A) returns (A) { // method with body too
    // nobody's
  }
}
`,
    paths: { java_package: [1], deprecated: [3], allow_alias: [2], verification: [3] },
    comments: {
      "2": {
        leading: " package\n",
        trailing: " package too\n",
      },
      "7": {
        leading: " extend\n",
        trailing: " extend too\n",
      },
      "12": {
        leading: " syntax\n",
        trailing: " syntax too\n",
      },
      "3.0": {
        leading: " import\n",
        trailing: " import too\n",
      },
      "8.1": {
        leading: " option\n",
        trailing: " option too\n",
      },
      "4.0": {
        leading: " message\n",
        trailing: " message too\n",
      },
      "4.0.2.0": {
        leading: " field\n",
        trailing: " field too\n",
      },
      "4.0.3.0": {
        leading: " group\n",
        trailing: " group too\n",
      },
      "4.0.8.0": {
        leading: " oneof\n",
        trailing: " oneof too\n",
      },
      "4.0.2.2": {
        leading: " field of oneof\n",
        trailing: " field of oneof too\n",
      },
      "4.0.5": {
        leading: " extensions\n",
        trailing: " extensions too\n",
      },
      "4.0.9": {
        leading: " reserved\n",
        trailing: " reserved too\n",
      },
      "4.0.7.3": {
        leading: " option of message\n",
        trailing: " option of message too\n",
      },
      "7.0": {
        leading: " extension\n",
        trailing: " extension too\n",
      },
      "5.0": {
        leading: " enum\n",
        trailing: " enum too\n",
      },
      "5.0.2.0": {
        leading: " value\n",
        trailing: " value too\n",
      },
      "6.0": {
        leading: " service\n",
        trailing: " service too\n",
      },
      "6.0.2.0": {
        leading: " method\n",
        trailing: " method too\n",
      },
      "6.0.2.1": {
        leading: " method with body\n",
        trailing: " method with body too\n",
      },
    },
  },
  {
    name: "detached comments",
    text: `// a copyright

/* more of it */ // and more

// syntax
syntax = "proto3";
// trails syntax

// detached

// package
package a;

// detached from package

/* detached */ /* leading */ message A {}
`,
    comments: {
      "2": {
        leading: " package\n",
        detached: [" detached\n"],
      },
      "12": {
        leading: " syntax\n",
        trailing: " trails syntax\n",
        detached: [" a copyright\n", " more of it ", " and more\n"],
      },
      "4.0": {
        leading: " leading ",
        detached: [" detached from package\n", " detached "],
      },
    },
  },
  {
    name: "comments in the line of two tokens",
    text: `syntax = "proto3"; /* detached */ package a; /* trailing */ /* leading */ import "google/protobuf/any.proto"; /* a */ /* b */ /* c */ message A {
  int32 a = 1; /* detached
    over lines */ int32 b = 2; /* trailing
    over lines */
  int32 c = 3; /* trailing */ // leading
  int32 d = 4; /* lost */ }
`,
    comments: {
      "2": {
        trailing: " trailing ",
        detached: [" detached "],
      },
      "3.0": {
        leading: " leading ",
        trailing: " a ",
      },
      "4.0": {
        leading: " c ",
        detached: [" b "],
      },
      "4.0.2.1": {
        trailing: " trailing\nover lines ",
        detached: [" detached\nover lines "],
      },
      "4.0.2.2": {
        trailing: " trailing ",
      },
      "4.0.2.3": {
        leading: " leading\n",
      },
    },
  },
  {
    name: "comments below a declaration",
    text: `syntax = "proto3";
message A {
  // leading, as nothing separates it from the message's first field
  int32 a = 1;
  // trailing, since a blank line follows

  int32 b = 2;
  // trailing

  // leading
  int32 c = 3;

  // detached

  // leading
  int32 d = 4;
  /* trailing */
  // leading
  int32 e = 5;
  // trailing, since the block ends
}
// nobody's

message B {
  // trailing
}
message C {

  // nobody's
}
`,
    comments: {
      "4.0.2.0": {
        leading: " leading, as nothing separates it from the message's first field\n",
        trailing: " trailing, since a blank line follows\n",
      },
      "4.0.2.1": {
        trailing: " trailing\n",
      },
      "4.0.2.2": {
        leading: " leading\n",
      },
      "4.0.2.3": {
        leading: " leading\n",
        trailing: " trailing ",
        detached: [" detached\n"],
      },
      "4.0.2.4": {
        leading: " leading\n",
        trailing: " trailing, since the block ends\n",
      },
      "4.1": {
        trailing: " trailing\n",
      },
    },
  },
  {
    name: "stray semicolons and blocks, which lose comments",
    text: `syntax = "proto3";
// lost
; // lost as well
// detached

// lost too
;
// leading
message A {
  // lost
} // lost

// lost, detached from the block's end

// leading
message B {}
`,
    comments: {
      "4.0": {
        leading: " leading\n",
        trailing: " lost\n",
        detached: [" detached\n"],
      },
      "4.1": {
        leading: " leading\n",
        detached: [" lost, detached from the block's end\n"],
      },
    },
  },
  {
    name: "block comments, their margins cut off",
    text: '/**\n * One.\n *\n *   Two.\n     Three.\n ** Four.\n */\nsyntax = "proto3";\n/* a\nb\n\t* c */\npackage a; /**/\n/***/\n/****/\nmessage A {}\n',
    comments: {
      "2": {
        leading: " a\nb\n c ",
      },
      "12": {
        leading: "*\n One.\n\n   Two.\nThree.\n* Four.\n",
      },
      "4.0": {
        leading: "**",
        detached: ["*"],
      },
    },
  },
  {
    name: "empty comments",
    text: 'syntax = "proto3"; //\n/**/\n\n/**/\n\n//\npackage a;\n',
    comments: {
      "2": {
        leading: "\n",
        detached: ["", ""],
      },
      "12": {
        trailing: "\n",
      },
    },
  },
  {
    name: "markers within comments",
    text: `// /* a
syntax = "proto3"; /* // b */
/* "c */
package a; // d */
// "//" 'e
import "google/protobuf/any.proto"; //// f
`,
    comments: {
      "2": {
        leading: ' "c ',
        trailing: " d */\n",
      },
      "12": {
        leading: " /* a\n",
        trailing: " // b ",
      },
      "3.0": {
        leading: ' "//" \'e\n',
        trailing: "// f\n",
      },
    },
  },
  {
    name: "comments within a declaration, which are left out",
    text: `syntax /* a */ = // b
  "proto3" /* c */ ; /* d */
message /* e */ A /* f */ {
  // g
  /* h */ int32 /* i */ a /* j */ = /* k */ 1 /* l */ [ /* m */ deprecated /* n */ = /* o */ true /* p */ ] /* q */ ; // r
}
`,
    paths: { deprecated: [3] },
    comments: {
      "12": {
        trailing: " d ",
      },
      "4.0": {
        trailing: " g\n",
      },
      "4.0.2.0": {
        leading: " h ",
        trailing: " r\n",
      },
    },
  },
  {
    name: "comments in the value of an option",
    text: `edition = "2023";
// a
option features = { // b
  // c
  enum_type: OPEN // d

  // e
}; // f
`,
    paths: { features: [50] },
    comments: {
      "8.50": {
        leading: " a\n",
        trailing: " f\n",
      },
    },
  },
  {
    name: "carriage returns, which stay at the ends of lines",
    text: '// a\r\n// b\r\nsyntax = "proto3"; // c\r\n\r\n/*\r\n * d\r\n */\r\n\r\n/* e\r\n f */\r\nmessage A {\r\n}\r\n',
    comments: {
      "12": {
        leading: " a\r\n b\r\n",
        trailing: " c\r\n",
      },
      "4.0": {
        leading: " e\r\nf ",
        detached: ["\r\n d\r\n"],
      },
    },
  },
  {
    name: "blank lines of blanks",
    text: 'syntax = "proto3";\n// a\n \t\f\v\r \n// b\nmessage A {}',
    comments: {
      "12": {
        trailing: " a\n",
      },
      "4.0": {
        leading: " b\n",
      },
    },
  },
  {
    name: "comments in many languages",
    text: `// Größe 寸法 📐
syntax = "proto3"; /* ñ */ /* ünd */ message A { int32 a = 1; /* 😀
 */ }`,
    comments: {
      "12": {
        leading: " Größe 寸法 📐\n",
        trailing: " ñ ",
      },
      "4.0": {
        leading: " ünd ",
      },
    },
  },
  {
    name: "a comment at the end of the file",
    text: 'syntax = "proto3"; // last',
    comments: {
      "12": {
        trailing: " last",
      },
    },
  },
  {
    name: "a block comment at the end of the file",
    text: 'syntax = "proto3"; /* last */',
    comments: {
      "12": {
        trailing: " last ",
      },
    },
  },
  {
    name: "comments below the last declaration",
    text: 'syntax = "proto3";\n/* last */\n\n// nobody\'s',
    comments: {
      "12": {
        trailing: " last ",
      },
    },
  },
];

describe("comments", () => {
  it.each(CASES)("go where they belong: $name", ({ text, paths, comments }) => {
    expect(commentsOf(text, paths)).toEqual(comments);
  });
});

function commentsOf(text: string, paths: Case["paths"]): Record<string, LocationComments> {
  const entries = locate(text, paths).map((location): [string, LocationComments] => [
    location.path.join("."),
    {
      ...(location.leadingDetachedComments.length > 0 && { detached: location.leadingDetachedComments }),
      ...(location.leadingComments !== "" && { leading: location.leadingComments }),
      ...(location.trailingComments !== "" && { trailing: location.trailingComments }),
    },
  ]);
  return Object.fromEntries(entries.filter(([, comments]) => Object.keys(comments).length > 0));
}
