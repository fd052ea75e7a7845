/** The compiler of `.proto` files: `@redoubt/rpc/idl`. */

export { compatible, type InterfaceVersion } from "./compatible/compatible.js";
export type { Finding, Format, Peers, Place } from "./compatible/finding.js";
export { RULES, type RuleName } from "./compatible/rules.js";
export { type Compilation, type CompileOptions, Compiler, compile, type SourceText } from "./compile.js";
export { type EmitOptions, type EmittedFile, emit } from "./emit/emit.js";
export { encodeFileDescriptorSet } from "./file-descriptor-set.js";
export { InterfaceError, type LoadOptions, load, loadInterface } from "./load.js";
export { withoutSourceRetention } from "./source-retention.js";
export { diagnosticText } from "./text/diagnostic-text.js";
export { type Diagnostic, ERRORS_MAX } from "./text/diagnostics.js";
