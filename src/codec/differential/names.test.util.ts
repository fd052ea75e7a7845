import fc from "fast-check";

/**
 * Names that a `.proto` file may give and that are something else in JavaScript, or become so in camel case:
 * `to_string` is `toString`, `_1` is an array index, `_` is nothing.
 */
const AWKWARD = (
  "constructor __proto__ prototype toString to_string value_of toJSON __defineGetter__ _ _1 _0 x_1 A length name " +
  "arguments eval this class default new null await let static get set then case value kind fields no data " +
  "wire_type type_name unknown undefined NaN reader message output bytes position end field create m r v o f i c0 c1"
).split(" ");

/** Names of fields, as they are in camel case, that every object seems to have. */
export const INHERITED = [
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
] as const;

/** What a name that goes into generated code unquoted, or quoted wrongly, would do. */
const CANARY_CALL = "globalThis.redoubtCanary()";

/** What could end whatever a name is put into: literals of all kinds, comments, expressions, statements. */
const BREAKOUTS = [
  ..."\"'`\\{}[]();,:=+-.#\n\r\0\u2028\u2029\ud800 ",
  ...["${", "*/", "/*", "//", "<!--", "-->", "=>", "\\u0022", "\\x27", "return ", "$typeName", "$unknown"],
  CANARY_CALL,
];

const ordinary = fc.stringMatching(/^[a-z][a-z_0-9]{0,7}$/);

/** Names of fields, oneofs, types, enum values and packages as the language allows them. */
export const legalName: fc.Arbitrary<string> = fc.oneof(ordinary, fc.constantFrom(...AWKWARD));

/** What makes the call a part of the code around it, from in front and from behind. */
const DISGUISES = [
  ...[
    ["", ""],
    [";", ";"],
    ["=", ";"],
    ["(", ")"],
    ["a[", "]"],
    ["a:", ","],
  ],
  ...[
    ['"+', '+"'],
    ["'+", "+'"],
    ["`+", "+`"],
    ["$" + "{", "}"],
    ['":', ',"'],
    ['"];', ';["'],
    ['");', ';("'],
  ],
  ...[
    ["*/", "/*"],
    ["\n", "\n//"],
    ["\r", "\r//"],
    ["\u2028", "\u2028//"],
    ["\\", "//"],
    ['\\"+', "//"],
  ],
] as const;

/** Names as only a descriptor can give them that no compiler has checked. */
export const hostileName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...DISGUISES).map(([before, behind]) => before + CANARY_CALL + behind),
  fc
    .array(fc.constantFrom(...BREAKOUTS, "a", "1"), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join("")),
  legalName,
);

/** Whether code that came in by a name ran during `action`. */
export function tripsCanary(action: () => void): boolean {
  let tripped = false;
  Object.defineProperty(globalThis, "redoubtCanary", {
    configurable: true,
    get() {
      tripped = true;
      return () => {};
    },
  });
  try {
    action();
  } finally {
    Reflect.deleteProperty(globalThis, "redoubtCanary");
  }
  return tripped;
}
