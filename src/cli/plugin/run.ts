import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponseSchema,
} from "@bufbuild/protobuf/wkt";
import { runChild } from "../child.js";
import type { World } from "../world.js";
import type { Plugin } from "./find.js";

/** A plugin that takes longer hangs: large interfaces take seconds. */
export const PLUGIN_MS_MAX = 120_000;

/** Half of what protobuf allows for a message; who makes more has gone wild. */
export const RESPONSE_BYTES_MAX = 1024 * 1024 * 1024;

/** What went wrong with a plugin, to follow its name. */
export interface PluginFailure {
  readonly failure: string;
  readonly hint?: string;
}

/** Lets a plugin answer a request. What it writes to its standard error goes to ours. */
export async function runPlugin(
  { path }: Plugin,
  request: CodeGeneratorRequest,
  world: World,
  limitMs: number = PLUGIN_MS_MAX,
): Promise<CodeGeneratorResponse | PluginFailure> {
  const task = {
    path,
    input: toBinary(CodeGeneratorRequestSchema, request),
    limitMs,
    bytesMax: RESPONSE_BYTES_MAX,
    onErrorOutput: (bytes: Uint8Array) => world.stderr.write(bytes),
  };
  const answer = await runChild(task, world);
  if ("failure" in answer) return answer;
  try {
    const response = fromBinary(CodeGeneratorResponseSchema, answer);
    // Text can pass for a message, of fields that nobody knows.
    const isRubbish = response.$unknown !== undefined && response.file.length === 0 && response.error === "";
    return isRubbish ? NO_RESPONSE : response;
  } catch {
    return NO_RESPONSE;
  }
}

const NO_RESPONSE: PluginFailure = {
  failure: "wrote something else than a CodeGeneratorResponse to its standard output",
  hint: "what a plugin says to people must go to its standard error",
};
