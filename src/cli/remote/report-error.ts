import { clone, createRegistry, type JsonValue } from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { diagnosticText, printable } from "../../idl/text/diagnostic-text.js";
import type { RpcError } from "../../rpc/error.js";
import { file_google_rpc_error_details } from "../../rpc/gen/google/rpc/error_details_pb.js";
import { painter } from "../report.js";
import { ExitCode, type World } from "../world.js";
import type { Interface } from "./interface.js";
import { jsonText } from "./json-output.js";
import { MessageJson } from "./message-json.js";

/** How to tell it. */
export interface ReportOptions {
  readonly json?: boolean;
  /** To look up the types of details. */
  readonly known: Interface;
  readonly hint?: string;
}

/**
 * Tells how a call failed, on the standard error: for people, or as one JSON document. Gives the exit code for it.
 */
export async function reportError(
  error: RpcError,
  { json, known, hint }: ReportOptions,
  { stderr }: World,
): Promise<ExitCode> {
  const { code, codeName, message, outcome } = error;
  const details = await detailsOf(error, known);
  if (json) {
    const document = { ok: false, code, codeName, message, outcome, details, hint };
    stderr.write(`${jsonText(document, stderr, true)}\n`);
    return ExitCode.STATUS + code;
  }
  const paint = painter(stderr);
  const [first, ...more] = message.split(/\r?\n/);
  const said = first === "" ? codeName : `${codeName}: ${first}`;
  const lines = [
    `redoubt: ${diagnosticText({ severity: "error", path: "", line: 0, column: 0, message: said }, paint)}`,
    ...more.map((line) => `  ${printable(line)}`),
    ...details.map((detail) => `  detail: ${jsonText(detail, stderr, true)}`),
    `  outcome: ${outcome}`,
  ];
  if (hint !== undefined) lines.push(`  ${paint("hint", "hint:")} ${printable(hint)}`);
  stderr.write(`${lines.join("\n")}\n`);
  return ExitCode.STATUS + code;
}

/** Those whose types are not known, or cannot be asked for any more, with their bytes. */
async function detailsOf({ details }: RpcError, known: Interface): Promise<JsonValue[]> {
  const types = createRegistry(file_google_rpc_error_details);
  const texts: JsonValue[] = [];
  for (const detail of details) {
    // Writing may change it.
    const write = (from: Interface) =>
      new MessageJson(from, { types }).write(AnySchema, clone(AnySchema, detail));
    texts.push(
      await write(known)
        .catch(() => write(NOTHING_KNOWN))
        .catch(() => detail.typeUrl),
    );
  }
  return texts;
}

const NOTHING_KNOWN: Interface = { serviceNames: async () => [], registryWith: async () => undefined };
