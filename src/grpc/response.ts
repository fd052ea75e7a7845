import type { Any } from "@bufbuild/protobuf/wkt";
import { decodeBase64, encodeBase64 } from "../bytes/base64.js";
import { HeaderTemplate } from "../http2/hpack/encoder.js";
import { fieldListBytes } from "../http2/hpack/field-bytes.js";
import type { HeaderList } from "../http2/hpack/header-list.js";
import type { CallEnd } from "../rpc/call-end.js";
import { RECORDED_FIELD, REFUSAL_FIELD } from "../rpc/delivery-fields.js";
import type { Outcome } from "../rpc/error.js";
import type { Metadata } from "../rpc/metadata.js";
import { Status, statusFrom } from "../rpc/status.js";
import type { Encoding } from "../runtime/compressor.js";
import { acceptsEncoding } from "./encodings.js";
import { appendMetadata, metadataFromFields } from "./metadata-fields.js";
import { isGrpcContentType } from "./request.js";
import { decodeStatusDetails, encodeStatusDetails } from "./status-details.js";
import { statusFromHttp } from "./status-mapping.js";
import { decodeStatusMessage, encodeStatusMessage, encodeStatusMessageWithin } from "./status-message.js";

/** Our servers' word on whether a handler was started: `not-executed` or `executed`. */
const OUTCOME_FIELD = "redoubt-outcome";

const DELIVERY_FIELDS = [RECORDED_FIELD, REFUSAL_FIELD];

/** `:status` and content-type, in front of every answer. */
export const RESPONSE_HEADERS = new HeaderTemplate([":status", "200", "content-type", "application/grpc"]);

export const TRAILERS_OK = new HeaderTemplate(["grpc-status", "0"]);

/**
 * The fields of an answer beyond {@link RESPONSE_HEADERS}; undefined for none. `encoding`: how its messages may be
 * compressed; `acceptEncoding`: how requests may be, as in the field.
 */
export function responseFields(
  metadata: Metadata | undefined,
  encoding: Encoding | undefined,
  acceptEncoding: string | undefined,
): string[] | undefined {
  const plain = encoding === undefined && acceptEncoding === undefined;
  if (plain && (metadata === undefined || metadata.size === 0)) return undefined;
  const fields: string[] = [];
  if (encoding !== undefined) fields.push("grpc-encoding", encoding);
  if (acceptEncoding !== undefined) fields.push("grpc-accept-encoding", acceptEncoding);
  if (metadata !== undefined) appendMetadata(fields, metadata);
  return fields;
}

/**
 * The trailers of an end other than a plain OK, as fields of at most `bytesMax` (RFC 9113 §10.5.1). Where they are
 * more, the status arrives all the same: with what fits of its message, and without details and metadata, apart from what
 * clients of exactly-once calls go by.
 */
export function trailerFields(end: CallEnd, bytesMax: number): string[] {
  const status = ["grpc-status", String(end.code)];
  if (end.code !== Status.OK && end.outcome !== "unknown") status.push(OUTCOME_FIELD, end.outcome);
  const trailers = end.trailers();
  const fields = [...status];
  if (end.message !== "") fields.push("grpc-message", encodeStatusMessage(end.message));
  const details = end.details();
  if (details.length > 0)
    fields.push("grpc-status-details-bin", encodeBase64(encodeStatusDetails(end.code, end.message, details)));
  appendMetadata(fields, trailers);
  if (fieldListBytes(fields) <= bytesMax) return fields;
  for (const name of DELIVERY_FIELDS) {
    const value = trailers.get(name);
    if (value !== undefined) status.push(name, value);
  }
  const left = bytesMax - fieldListBytes([...status, "grpc-message", ""]);
  return [...status, "grpc-message", encodeStatusMessageWithin(end.message, left)];
}

/** What is wrong with an answer as a gRPC one. */
export interface ResponseFault {
  readonly code: Status;
  readonly detail: string;
  /** It says nothing about the call: see {@link CallEnd.isBrokenOff}. */
  readonly isBrokenOff: boolean;
}

/** The header section that begins an answer, read. */
export class ResponseHead {
  /** The call has failed then. */
  readonly fault: ResponseFault | undefined;
  /** How its messages may be compressed; undefined for not at all. */
  readonly encoding: string | undefined;
  /** What the server says it takes, as in the field; undefined where it says nothing. */
  readonly acceptEncoding: string | undefined;
  private readonly fields: readonly string[];

  constructor(fields: readonly string[]) {
    const section = fieldsByName(fields);
    const encoding = section.get("grpc-encoding");
    this.fault = responseFault(section);
    this.encoding = encoding === "identity" ? undefined : encoding;
    this.acceptEncoding = section.get("grpc-accept-encoding");
    this.fields = fields;
  }

  /** A fresh copy of the custom metadata. */
  metadata(): Metadata {
    return metadataFromFields(this.fields);
  }
}

/** What the peer says in a header section that it takes; undefined where it says nothing. */
export function acceptEncodingIn(headers: HeaderList): string | undefined {
  return fieldsByName(headers.fields).get("grpc-accept-encoding");
}

/** Reads the header section that begins an answer with messages, once for all its repetitions. */
export function readResponse(headers: HeaderList): ResponseHead {
  const { memo } = headers;
  if (memo instanceof ResponseHead) return memo;
  const head = new ResponseHead(headers.fields);
  headers.memo = head;
  return head;
}

/**
 * The end of a call whose requests were compressed: where the server says that it does not take that encoding, the
 * message says so too (compression document, "Compression Method Asymmetry Between Peers").
 */
export function explainEncoding(
  end: CallEnd,
  encoding: Encoding,
  acceptEncoding: string | undefined,
): CallEnd {
  if (end.code !== Status.UNIMPLEMENTED || acceptEncoding === undefined) return end;
  if (acceptsEncoding(acceptEncoding, encoding)) return end;
  const reason = `the server takes no messages compressed with ${encoding}, but ${acceptEncoding}`;
  return { ...end, message: end.message === "" ? reason : `${end.message} (${reason})` };
}

/** Reads trailers, or a header section that is both (trailers-only), once for all its repetitions. */
export function readTrailers(headers: HeaderList): CallEnd {
  const { memo } = headers;
  if (memo !== undefined && !(memo instanceof ResponseHead)) return memo as CallEnd;
  const end = parseTrailers(headers.fields);
  headers.memo = end;
  return end;
}

function responseFault(section: Map<string, string>): ResponseFault | undefined {
  const fault = httpFault(section);
  const code = fault && statusFromField(section.get("grpc-status"));
  // Where grpc-status was provided it must be used (http-grpc-status-mapping); success it cannot be.
  if (fault === undefined || code === undefined || code === Status.OK) return fault;
  const detail = decodeStatusMessage(section.get("grpc-message") ?? "") || fault.detail;
  return { code, detail, isBrokenOff: false };
}

function httpFault(section: Map<string, string>): ResponseFault | undefined {
  const httpStatus = section.get(":status");
  if (httpStatus !== "200") {
    const code = statusFromHttp(Number(httpStatus));
    const detail = `the peer answered with HTTP status ${httpStatus}`;
    return { code, detail, isBrokenOff: code === Status.UNKNOWN };
  }
  const contentType = section.get("content-type");
  if (contentType === undefined || !isGrpcContentType(contentType))
    return {
      code: Status.UNKNOWN,
      detail: `the peer answered with content-type ${JSON.stringify(contentType ?? "")}, not application/grpc`,
      isBrokenOff: true,
    };
  return undefined;
}

function parseTrailers(fields: readonly string[]): CallEnd {
  const section = fieldsByName(fields);
  const trailers = () => metadataFromFields(fields);
  const details = () => detailsFrom(section.get("grpc-status-details-bin"));
  const status = section.get("grpc-status");
  const code = statusFromField(status);
  if (code === undefined) {
    const fault = section.has(":status") ? httpFault(section) : undefined;
    const detail =
      status === undefined
        ? "the peer ended the call without grpc-status"
        : `malformed grpc-status ${JSON.stringify(status)}`;
    return {
      code: fault?.code ?? Status.UNKNOWN,
      message: fault?.detail ?? detail,
      outcome: "unknown",
      isBrokenOff: fault?.isBrokenOff ?? true,
      trailers,
      details,
    };
  }
  return {
    code,
    message: decodeStatusMessage(section.get("grpc-message") ?? ""),
    outcome: code === Status.OK ? "executed" : outcomeFrom(section.get(OUTCOME_FIELD)),
    trailers,
    details,
  };
}

/** Undefined where `grpc-status` is missing or malformed. */
function statusFromField(value: string | undefined): Status | undefined {
  return value !== undefined && /^[0-9]{1,9}$/.test(value) ? statusFrom(Number(value)) : undefined;
}

function outcomeFrom(value: string | undefined): Outcome {
  return value === "executed" || value === "not-executed" ? value : "unknown";
}

function detailsFrom(base64: string | undefined): readonly Any[] {
  const bytes = base64 === undefined ? undefined : decodeBase64(base64);
  return bytes === undefined ? [] : decodeStatusDetails(bytes);
}

/** First values win. */
function fieldsByName(fields: readonly string[]): Map<string, string> {
  const section = new Map<string, string>();
  for (let i = 0; i < fields.length; i += 2)
    if (!section.has(fields[i])) section.set(fields[i], fields[i + 1]);
  return section;
}
