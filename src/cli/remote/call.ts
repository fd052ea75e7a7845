import type { DescMethod, Message } from "@bufbuild/protobuf";
import { type DynamicMethod, stub } from "../../client/stub.js";
import { printable } from "../../idl/text/diagnostic-text.js";
import { RpcError } from "../../rpc/error.js";
import type { Metadata } from "../../rpc/metadata.js";
import { toner } from "../report.js";
import { CommandError, ExitCode, UsageError, type World } from "../world.js";
import { findMethod } from "./interface.js";
import { jsonText } from "./json-output.js";
import { MessageJson } from "./message-json.js";
import { metadataLines } from "./metadata-option.js";
import { onlyValue, requestValues } from "./requests.js";
import { type Session, type TargetOptions, withServer } from "./session.js";

/** What the command line says; see `redoubt help call`. */
export interface CallCommandOptions extends TargetOptions {
  readonly method: string;
  /** The argument, and the option; one of them at most. */
  readonly data?: string;
  readonly sameData?: string;
  readonly defaults?: boolean;
  readonly verbose?: boolean;
}

/** `redoubt call` */
export async function call(options: CallCommandOptions, world: World): Promise<ExitCode> {
  if (options.data !== undefined && options.sameData !== undefined)
    throw new UsageError("DATA is given twice", "either as the last argument or with --data");
  return await withServer(options, world, async (session) => {
    const method = await findMethod(session.interface, options.method);
    const json = new MessageJson(session.interface, { emitDefaults: options.defaults });
    try {
      for await (const answer of answers(method, json, session, options, world)) {
        const value = await json.write(method.output, answer);
        world.stdout.write(`${jsonText(value, world.stdout, options.json)}\n`);
        await world.stdout.drained();
      }
    } catch (error) {
      // What is wrong with a request ends the call, and is what people want to know.
      throw RpcError.is(error) && error.cause instanceof CommandError ? error.cause : error;
    }
    return ExitCode.OK;
  });
}

async function* answers(
  method: DescMethod,
  json: MessageJson,
  { channel, patiently }: Session,
  options: CallCommandOptions,
  world: World,
): AsyncGenerator<Message> {
  const { methodKind } = method;
  const isStreamOfRequests = methodKind === "client_streaming" || methodKind === "bidi_streaming";
  const data = options.data ?? options.sameData ?? (isStreamOfRequests ? "-" : "");
  if (data === "-" && world.stdin.isTerminal)
    world.stderr.write("redoubt: type messages as JSON; Ctrl-D ends them\n");
  const values = requestValues(data, world);
  const request = isStreamOfRequests
    ? requests(method, values, json)
    : await json.read(method.input, await onlyValue(values, method.name));
  const observed = options.verbose
    ? {
        ...patiently,
        onHeaders: (headers: Metadata) => printMetadata("headers", headers, world),
        onTrailers: (trailers: Metadata) => printMetadata("trailers", trailers, world),
      }
    : patiently;
  const invoke = stub(method.parent, channel)[method.localName] as DynamicMethod;
  const reply = invoke(request as unknown as Parameters<DynamicMethod>[0], observed);
  if (methodKind === "unary" || methodKind === "client_streaming") yield await reply;
  else yield* reply;
}

async function* requests(
  { input }: DescMethod,
  values: AsyncIterable<unknown>,
  json: MessageJson,
): AsyncGenerator<Message> {
  for await (const value of values) yield await json.read(input, value);
}

function printMetadata(what: string, metadata: Metadata, { stderr }: World): void {
  const tone = toner(stderr);
  const lines = metadataLines(metadata).map((line) => `  ${printable(line)}`);
  stderr.write(`${[tone("heading", `${what}:`), ...lines].join("\n")}\n`);
}
