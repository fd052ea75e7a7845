import { HeaderTemplate } from "../http2/hpack/encoder.js";
import type { HeaderList } from "../http2/hpack/header-list.js";
import { CALL_FIELD } from "../rpc/delivery-fields.js";
import type { Metadata } from "../rpc/metadata.js";
import type { Encoding } from "../runtime/compressor.js";
import { acceptEncodingValue } from "./encodings.js";
import { appendMetadata, metadataFromFields } from "./metadata-fields.js";
import { decodeTimeout, encodeTimeout } from "./timeout.js";

/** The request fields that every call of one method to one authority shares (PROTOCOL-HTTP2, "Request-Headers"). */
export function requestTemplate(
  path: string,
  authority: string,
  userAgent: string,
  encodings: readonly Encoding[],
  scheme: "http" | "https",
): HeaderTemplate {
  return new HeaderTemplate([
    ":method",
    "POST",
    ":scheme",
    scheme,
    ":path",
    path,
    ":authority",
    authority,
    "te",
    "trailers",
    "content-type",
    "application/grpc",
    "user-agent",
    userAgent,
    "grpc-accept-encoding",
    acceptEncodingValue(encodings),
  ]);
}

/** The fields of one call beyond its template, or undefined for none. `timeoutMs`: what is left of the deadline. */
export function requestFields(
  timeoutMs: number | undefined,
  metadata: Metadata | undefined,
  encoding: Encoding | undefined,
): string[] | undefined {
  const plain = timeoutMs === undefined && encoding === undefined;
  if (plain && (metadata === undefined || metadata.size === 0)) return undefined;
  const fields: string[] = [];
  if (encoding !== undefined) fields.push("grpc-encoding", encoding);
  if (timeoutMs !== undefined) fields.push("grpc-timeout", encodeTimeout(timeoutMs));
  if (metadata !== undefined) appendMetadata(fields, metadata);
  return fields;
}

/** A received request's header section, read. */
export interface RequestHead {
  readonly path: string;
  /** In milliseconds; undefined without one. */
  readonly timeoutMs: number | undefined;
  /** How its messages may be compressed; undefined for not at all. */
  readonly encoding: string | undefined;
  /** What the client says it takes, as in the field; undefined where it says nothing. */
  readonly acceptEncoding: string | undefined;
  /** What the field `redoubt-call` says; undefined without it. */
  readonly callField: string | undefined;
  /** Why it is no gRPC request that we can serve: an HTTP status to refuse it with, or a gRPC one. */
  readonly fault: RequestFault | undefined;
  /** A fresh copy of the custom metadata. */
  metadata(): Metadata;
}

export type RequestFault =
  | { readonly kind: "http"; readonly status: 405 | 415; readonly detail: string }
  | { readonly kind: "timeout"; readonly detail: string };

/** Reads a request's header section, once for all its repetitions. */
export function readRequest(headers: HeaderList): RequestHead {
  return (headers.memo ??= parseRequest(headers.fields)) as RequestHead;
}

function parseRequest(fields: readonly string[]): RequestHead {
  let path = "";
  let method = "";
  let contentType = "";
  let encoding: string | undefined;
  let acceptEncoding: string | undefined;
  let timeout: string | undefined;
  let callField: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1];
    switch (fields[i]) {
      case ":path":
        path = value;
        break;
      case ":method":
        method = value;
        break;
      case "content-type":
        contentType = value;
        break;
      case "grpc-encoding":
        if (value !== "identity") encoding = value;
        break;
      case "grpc-accept-encoding":
        acceptEncoding = acceptEncoding === undefined ? value : `${acceptEncoding},${value}`;
        break;
      case "grpc-timeout":
        timeout = value;
        break;
      case CALL_FIELD:
        callField = callField === undefined ? value : `${callField},${value}`;
        break;
    }
  }
  const timeoutMs = timeout === undefined ? undefined : decodeTimeout(timeout);
  return {
    path,
    timeoutMs,
    encoding,
    acceptEncoding,
    callField,
    fault: requestFault(
      method,
      contentType,
      timeout !== undefined && timeoutMs === undefined ? timeout : undefined,
    ),
    metadata: () => metadataFromFields(fields),
  };
}

function requestFault(
  method: string,
  contentType: string,
  malformedTimeout: string | undefined,
): RequestFault | undefined {
  if (!isGrpcContentType(contentType))
    return {
      kind: "http",
      status: 415,
      detail: `content-type ${JSON.stringify(contentType)} is not application/grpc`,
    };
  if (method !== "POST") return { kind: "http", status: 405, detail: `:method ${method} is not POST` };
  if (malformedTimeout !== undefined)
    return { kind: "timeout", detail: `malformed grpc-timeout ${JSON.stringify(malformedTimeout)}` };
  return undefined;
}

/** `application/grpc`, alone or with `+proto`; another message format (`+json`) is not ours. */
export function isGrpcContentType(value: string): boolean {
  return /^application\/grpc(?:\+proto)?(?:\s*;.*)?$/i.test(value);
}
