/** The compiler of `.proto` files: `@redoubt/rpc/idl`. */

export type { Finding, Format, Peers, Place } from "./compatible/finding.js";
export { compatible, type InterfaceVersion } from "./compatible/index.js";
export { RULES, type RuleName } from "./compatible/rules.js";
export { type Compilation, type CompileOptions, Compiler, compile, type SourceText } from "./compile.js";
export { diagnosticText } from "./diagnostic-text.js";
export { type Diagnostic, ERRORS_MAX } from "./diagnostics.js";
export { type EmitOptions, type EmittedFile, emit } from "./emit/emit.js";
export { encodeFileDescriptorSet } from "./file-descriptor-set.js";
export { InterfaceError, type LoadOptions, load, loadInterface } from "./load.js";
export { withoutSourceRetention } from "./source-retention.js";
