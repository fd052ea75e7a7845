import {
  type DescMessage,
  fromJsonString,
  getExtension,
  type Message,
  type Registry,
  toJsonString,
} from "@bufbuild/protobuf";
import { fromText, toText } from "@bufbuild/protobuf/txtpb";
import type { Codec } from "./codec.js";

/** `conformance.WireFormat` */
const Format = { protobuf: 1, json: 2, text: 4 } as const;

/** `conformance.TestCategory.JSON_IGNORE_UNKNOWN_PARSING_TEST` */
const JSON_IGNORE_UNKNOWN = 3;

/** The fields of `conformance.ConformanceRequest` that an answer depends on. */
export interface ConformanceRequest extends Message {
  readonly payload:
    | { readonly case: "protobufPayload"; readonly value: Uint8Array }
    | { readonly case: "jsonPayload" | "textPayload" | "jspbPayload"; readonly value: string }
    | { readonly case: undefined };
  readonly requestedOutputFormat: number;
  /** Its full name, without a dot in front. */
  readonly messageType: string;
  readonly testCategory: number;
  readonly printUnknownFields: boolean;
}

/** The `result` of `conformance.ConformanceResponse`. */
export type ConformanceResult =
  | { readonly case: "protobufPayload"; readonly value: Uint8Array }
  | { readonly case: "jsonPayload" | "textPayload"; readonly value: string }
  | { readonly case: "parseError" | "serializeError" | "runtimeError" | "skipped"; readonly value: string };

/**
 * Reads the request's message and writes it in the format that is asked for. The binary form is `codec`'s, JSON and
 * the text format are protobuf-es's.
 */
export function answer(request: ConformanceRequest, codec: Codec, registry: Registry): ConformanceResult {
  // The runner's first request asks which failures are expected, as a message: an empty one says none.
  if (request.messageType === "conformance.FailureSet")
    return { case: "protobufPayload", value: new Uint8Array() };
  const schema = registry.getMessage(request.messageType);
  if (schema === undefined)
    return { case: "runtimeError", value: `there is no message ${request.messageType}` };
  let message: Message | undefined;
  try {
    message = read(request, schema, codec, registry);
  } catch (error) {
    return { case: "parseError", value: String(error) };
  }
  if (message === undefined) return { case: "skipped", value: `${request.payload.case} is not read` };
  try {
    return write(request, schema, message, codec, registry);
  } catch (error) {
    return { case: "serializeError", value: String(error) };
  }
}

/** Undefined if the payload's format is none of ours. */
function read(
  { payload, testCategory }: ConformanceRequest,
  schema: DescMessage,
  codec: Codec,
  registry: Registry,
): Message | undefined {
  switch (payload.case) {
    case "protobufPayload": {
      const message = codec.fromBinary(schema, payload.value);
      readExtensions(schema, message, registry);
      return message;
    }
    case "jsonPayload": {
      const ignoreUnknownFields = testCategory === JSON_IGNORE_UNKNOWN;
      return fromJsonString(schema, payload.value, { registry, ignoreUnknownFields });
    }
    case "textPayload":
      return fromText(schema, payload.value, { registry });
    default:
      return undefined;
  }
}

/** Extensions are read when somebody asks for them; their errors belong to those of reading. */
function readExtensions(schema: DescMessage, message: Message, registry: Registry): void {
  for (const number of new Set(message.$unknown?.map(({ no }) => no))) {
    const extension = registry.getExtensionFor(schema, number);
    if (extension !== undefined) getExtension(message, extension);
  }
}

function write(
  { requestedOutputFormat, printUnknownFields }: ConformanceRequest,
  schema: DescMessage,
  message: Message,
  codec: Codec,
  registry: Registry,
): ConformanceResult {
  switch (requestedOutputFormat) {
    case Format.protobuf:
      return { case: "protobufPayload", value: codec.toBinary(schema, message) };
    case Format.json:
      return { case: "jsonPayload", value: toJsonString(schema, message, { registry }) };
    case Format.text:
      return { case: "textPayload", value: toText(schema, message, { registry, printUnknownFields }) };
    default:
      return { case: "skipped", value: `format ${requestedOutputFormat} is not written` };
  }
}
