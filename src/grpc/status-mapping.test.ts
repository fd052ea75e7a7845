import { describe, expect, it } from "vitest";
import { ErrorCode } from "../http2/error.js";
import { Status, statusName } from "../rpc/status.js";
import { statusFromHttp, statusFromReset } from "./status-mapping.js";

describe("statusFromHttp (http-grpc-status-mapping)", () => {
  const TABLE: Record<number, string> = {
    400: "INTERNAL",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "UNIMPLEMENTED",
    429: "UNAVAILABLE",
    431: "INTERNAL",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "UNAVAILABLE",
  };

  it("maps the statuses of the table, and all others to UNKNOWN", () => {
    const mapped: Record<number, string> = {};
    for (let httpStatus = 100; httpStatus < 1000; httpStatus++) {
      const name = statusName(statusFromHttp(httpStatus));
      if (name !== "UNKNOWN") mapped[httpStatus] = name;
    }
    expect(mapped).toEqual(TABLE);
  });

  it("takes what is no status for UNKNOWN", () => {
    expect(statusFromHttp(Number.NaN)).toBe(Status.UNKNOWN);
  });
});

describe("statusFromReset (PROTOCOL-HTTP2, Errors)", () => {
  const TABLE: Record<keyof typeof ErrorCode, string> = {
    NO_ERROR: "INTERNAL",
    PROTOCOL_ERROR: "INTERNAL",
    INTERNAL_ERROR: "INTERNAL",
    FLOW_CONTROL_ERROR: "INTERNAL",
    SETTINGS_TIMEOUT: "INTERNAL",
    // The document gives no mapping.
    STREAM_CLOSED: "UNKNOWN",
    FRAME_SIZE_ERROR: "INTERNAL",
    REFUSED_STREAM: "UNAVAILABLE",
    CANCEL: "CANCELLED",
    COMPRESSION_ERROR: "INTERNAL",
    CONNECT_ERROR: "INTERNAL",
    ENHANCE_YOUR_CALM: "RESOURCE_EXHAUSTED",
    INADEQUATE_SECURITY: "PERMISSION_DENIED",
    // Not in the document.
    HTTP_1_1_REQUIRED: "INTERNAL",
  };

  it.each(Object.entries(TABLE))("maps %s to %s", (name, status) => {
    expect(statusName(statusFromReset(ErrorCode[name as keyof typeof ErrorCode]))).toBe(status);
  });

  it("maps codes that nobody has defined to INTERNAL, as RFC 9113 §7 has them treated as INTERNAL_ERROR", () => {
    expect(statusFromReset(0xffff_ffff)).toBe(Status.INTERNAL);
  });
});
