import { type Case, edition2023, proto2 } from "./versions.test.util.js";

/** What happens to enums and their values. */
export const ENUM_CASES: readonly Case[] = [
  [
    "a value removed",
    "enum E { A = 0; B = 1; }",
    "enum E { A = 0; }",
    [
      "enum-value-removed, both, wire + json: value 1 `B` of `a.E` was removed, and neither its number nor its name is reserved",
    ],
  ],
  [
    "a value removed, its number reserved",
    "enum E { A = 0; B = 1; }",
    "enum E { A = 0; reserved 1; }",
    [
      "enum-value-name-not-reserved, both, json: value 1 `B` of `a.E` was removed, and its name is not reserved",
    ],
  ],
  [
    "a value removed, its name reserved",
    "enum E { A = 0; B = 1; }",
    'enum E { A = 0; reserved "B"; }',
    ["enum-value-removed, both, wire: value 1 `B` of `a.E` was removed, and its number is not reserved"],
  ],
  [
    "a value removed, both reserved",
    "enum E { A = 0; B = 1; }",
    'enum E { A = 0; reserved 1 to max; reserved "B"; }',
    [],
  ],
  [
    "a value renamed",
    "enum E { A = 0; B = 1; }",
    "enum E { A = 0; C = 1; }",
    [
      "enum-value-renamed, both, json: value 1 `B` of `a.E` is `C` now: in JSON the newer version refuses `B`, the older version refuses `C`",
    ],
  ],
  [
    "a value renamed, the old name behind the new one",
    "enum E { A = 0; B = 1; }",
    "enum E { option allow_alias = true; A = 0; C = 1; B = 1; }",
    [
      "enum-value-renamed, both, json: value 1 `B` of `a.E` is `C` now: in JSON the older version refuses `C`",
    ],
  ],
  [
    "another name behind the old one",
    "enum E { A = 0; B = 1; }",
    "enum E { option allow_alias = true; A = 0; B = 1; C = 1; }",
    [],
  ],
  [
    "another name removed",
    "enum E { option allow_alias = true; A = 0; B = 1; C = 1; }",
    "enum E { A = 0; B = 1; }",
    [
      "enum-value-renamed, both, json: value 1 `C` of `a.E` is `B` now: in JSON the newer version refuses `C`",
    ],
  ],
  [
    "another name removed and reserved",
    "enum E { option allow_alias = true; A = 0; B = 1; C = 1; }",
    'enum E { A = 0; B = 1; reserved "C"; }',
    [],
  ],
  [
    "a number",
    "enum E { A = 0; B = 1; }",
    "enum E { A = 0; B = 2; }",
    [
      "enum-value-number-changed, both, wire: value 1 `B` of `a.E` has number 2 now: the newer version does not know 1, the older version does not know 2",
    ],
  ],
  [
    "numbers exchanged",
    "enum E { A = 0; B = 1; C = 2; }",
    "enum E { A = 0; C = 1; B = 2; }",
    [
      "enum-value-number-changed, both, wire: value 1 `B` of `a.E` has number 2 now: the newer version takes 1 for `C`, the older version takes 2 for `C`",
      "enum-value-number-changed, both, wire: value 2 `C` of `a.E` has number 1 now: the newer version takes 2 for `B`, the older version takes 1 for `B`",
    ],
  ],
  [
    "a value removed, and the next one moved up",
    "enum E { A = 0; B = 1; C = 2; }",
    "enum E { A = 0; C = 1; }",
    [
      "enum-value-removed, both, wire + json: value 1 `B` of `a.E` was removed, and its number is `C` now",
      "enum-value-number-changed, both, wire: value 2 `C` of `a.E` has number 1 now: the newer version does not know 2, the older version takes 1 for `B`",
    ],
  ],
  [
    "the first value",
    proto2("enum E { A = 0; B = 1; }"),
    proto2("enum E { B = 1; A = 0; }"),
    [
      "enum-default-changed, both, wire + json: the first value of `a.E` changed from `A` to `B`: the newer version reads `B` where the other left out `A`, the older version reads `A` where the other left out `B`",
    ],
  ],
  [
    "closed",
    edition2023("enum E { A = 0; }"),
    edition2023("enum E { option features.enum_type = CLOSED; A = 0; }"),
    [
      "enum-openness-changed, both, wire: `a.E` is closed now: the newer version drops numbers that it does not have",
    ],
  ],
  [
    "open",
    proto2("enum E { A = 0; }"),
    "enum E { A = 0; }",
    [
      "enum-openness-changed, both, wire: `a.E` is open now: the older version drops numbers that it does not have",
    ],
  ],
  [
    "numbers and names no longer reserved",
    'enum E { A = 0; reserved -3 to -1, 2, 5 to max; reserved "X"; }',
    "enum E { A = 0; reserved -2 to -1, 6 to max; }",
    [
      "reserved-removed, both, wire + json: `a.E` no longer reserves -3, 2, 5 and `X`: each version may take what is still written for something else",
    ],
  ],
];
