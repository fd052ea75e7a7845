import { ErrorCode } from "../http2/error.js";
import { Status } from "../rpc/status.js";

/** The status for an answer without `grpc-status` (gRPC's http-grpc-status-mapping document). */
export function statusFromHttp(httpStatus: number): Status {
  switch (httpStatus) {
    case 400:
    case 431:
      return Status.INTERNAL;
    case 401:
      return Status.UNAUTHENTICATED;
    case 403:
      return Status.PERMISSION_DENIED;
    case 404:
      return Status.UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return Status.UNAVAILABLE;
    default:
      return Status.UNKNOWN;
  }
}

/** The status for a stream that was reset with `code` (PROTOCOL-HTTP2, "Errors"). */
export function statusFromReset(code: number): Status {
  switch (code) {
    case ErrorCode.REFUSED_STREAM:
      return Status.UNAVAILABLE;
    case ErrorCode.CANCEL:
      return Status.CANCELLED;
    case ErrorCode.ENHANCE_YOUR_CALM:
      return Status.RESOURCE_EXHAUSTED;
    case ErrorCode.INADEQUATE_SECURITY:
      return Status.PERMISSION_DENIED;
    case ErrorCode.STREAM_CLOSED:
      return Status.UNKNOWN;
    default:
      return Status.INTERNAL;
  }
}
