import { DEFAULTS } from "./defaults.test.util.js";
import { EDITION_2024 } from "./edition-2024.test.util.js";
import { ENUMS } from "./enums.test.util.js";
import { EXTENSIONS } from "./extensions.test.util.js";
import { FEATURE_SUPPORT } from "./feature-support.test.util.js";
import { FEATURES } from "./features.test.util.js";
import { FILE } from "./file.test.util.js";
import { IMPORTS } from "./imports.test.util.js";
import type { InvalidCase } from "./invalid-case.test.util.js";
import { JSON_NAMES } from "./json-names.test.util.js";
import { MESSAGES } from "./messages.test.util.js";
import { NAMES } from "./names.test.util.js";
import { NAMING_STYLE } from "./naming-style.test.util.js";
import { NUMBERS } from "./numbers.test.util.js";
import { ONEOFS_MAPS_GROUPS } from "./oneofs-maps-groups.test.util.js";
import { OPTION_LITERALS } from "./option-literals.test.util.js";
import { OPTION_SYNTAX } from "./option-syntax.test.util.js";
import { OPTION_VALUES } from "./option-values.test.util.js";
import { OPTIONS } from "./options.test.util.js";
import { SERVICES } from "./services.test.util.js";
import { TOKENS } from "./tokens.test.util.js";
import { TYPES } from "./types.test.util.js";

/** All invalid files, by theme. */
export const INVALID: Readonly<Record<string, readonly InvalidCase[]>> = {
  tokens: TOKENS,
  file: FILE,
  messages: MESSAGES,
  "oneofs, maps, groups": ONEOFS_MAPS_GROUPS,
  enums: ENUMS,
  services: SERVICES,
  names: NAMES,
  "JSON names": JSON_NAMES,
  numbers: NUMBERS,
  types: TYPES,
  defaults: DEFAULTS,
  "option syntax": OPTION_SYNTAX,
  options: OPTIONS,
  "option values": OPTION_VALUES,
  "option literals": OPTION_LITERALS,
  features: FEATURES,
  "feature support": FEATURE_SUPPORT,
  extensions: EXTENSIONS,
  imports: IMPORTS,
  "edition 2024": EDITION_2024,
  "naming style": NAMING_STYLE,
};
