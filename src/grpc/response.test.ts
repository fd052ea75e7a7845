import { create } from "@bufbuild/protobuf";
import { anyPack, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { encodeBase64 } from "../bytes/base64.js";
import { fieldListBytes } from "../http2/hpack/field-bytes.js";
import { HeaderList } from "../http2/hpack/header-list.js";
import { type CallEnd, localEnd } from "../rpc/call-end.js";
import type { Outcome } from "../rpc/error.js";
import { Metadata } from "../rpc/metadata.js";
import { Status, statusName } from "../rpc/status.js";
import { explainEncoding, readResponse, readTrailers, responseFields, trailerFields } from "./response.js";
import { encodeStatusDetails } from "./status-details.js";

const NOTE = anyPack(StringValueSchema, create(StringValueSchema, { value: "note" }));
const OK_HEAD = { ":status": "200", "content-type": "application/grpc" };

function section(fields: Record<string, string>): HeaderList {
  return new HeaderList(Object.entries(fields).flat(), 0);
}

function summary(end: CallEnd) {
  return { code: statusName(end.code), message: end.message, outcome: end.outcome };
}

describe("trailerFields (PROTOCOL-HTTP2, Trailers)", () => {
  const end = (code: Status, message: string, outcome: Outcome, more: Partial<CallEnd> = {}): CallEnd => ({
    ...localEnd(code, message, outcome),
    ...more,
  });

  it.each([
    [end(0, "", "executed"), ["grpc-status", "0"]],
    [end(5, "", "unknown"), ["grpc-status", "5"]],
    [end(5, "né", "unknown"), ["grpc-status", "5", "grpc-message", "n%C3%A9"]],
    [end(5, "", "executed"), ["grpc-status", "5", "redoubt-outcome", "executed"]],
    [end(14, "", "not-executed"), ["grpc-status", "14", "redoubt-outcome", "not-executed"]],
    [end(0, "", "executed", { trailers: () => new Metadata({ a: "1" }) }), ["grpc-status", "0", "a", "1"]],
  ])("writes %o", (callEnd, fields) => {
    expect(trailerFields(callEnd, 65_536)).toEqual(fields);
  });

  it("writes details as google.rpc.Status", () => {
    const fields = trailerFields(end(5, "m", "unknown", { details: () => [NOTE] }), 65_536);
    const details = encodeBase64(encodeStatusDetails(5, "m", [NOTE]));
    expect(fields).toEqual(["grpc-status", "5", "grpc-message", "m", "grpc-status-details-bin", details]);
  });

  it("lets the status arrive where all is too much, and what exactly-once calls go by", () => {
    const trailers = () => new Metadata({ a: "x".repeat(300), "redoubt-recorded": "1-00000000-5" });
    const fields = trailerFields(end(5, "m".repeat(300), "executed", { trailers }), 400);
    const status = ["grpc-status", "5", "redoubt-outcome", "executed", "redoubt-recorded", "1-00000000-5"];
    expect(fields.slice(0, -1)).toEqual([...status, "grpc-message"]);
    expect(fields.at(-1)).toMatch(/^m+ \(cut\)$/);
    expect(fieldListBytes(fields)).toBeLessThanOrEqual(400);
    const refused = () => new Metadata({ a: "x".repeat(300), "redoubt-refusal": "stale" });
    expect(trailerFields(end(9, "", "unknown", { trailers: refused }), 200)).toContain("stale");
  });

  it("comes back as it was", () => {
    const trailers = () => new Metadata({ a: ["1", "2"], "b-bin": new Uint8Array([1]) });
    const sent = end(9, "100% né\n", "executed", { details: () => [NOTE], trailers });
    const received = readTrailers(new HeaderList(trailerFields(sent, 65_536), 0));
    expect(summary(received)).toEqual(summary(sent));
    expect(received.details()).toEqual([NOTE]);
    expect([...received.trailers()]).toEqual([...trailers()]);
  });
});

describe("responseFields", () => {
  it("is what is said of compression, and metadata", () => {
    expect(responseFields(undefined, "gzip", undefined)).toEqual(["grpc-encoding", "gzip"]);
    expect(responseFields(new Metadata({ a: "1" }), "gzip", "identity,gzip")).toEqual([
      ...["grpc-encoding", "gzip", "grpc-accept-encoding", "identity,gzip", "a", "1"],
    ]);
  });

  it("is nothing for no metadata", () => {
    expect(responseFields(undefined, undefined, undefined)).toBeUndefined();
    expect(responseFields(new Metadata(), undefined, undefined)).toBeUndefined();
    expect(responseFields(new Metadata({ a: "1" }), undefined, undefined)).toEqual(["a", "1"]);
  });
});

describe("readResponse", () => {
  const check = (fields: Record<string, string>, code: string, detail: RegExp) => {
    const { fault } = readResponse(section(fields));
    expect(fault && statusName(fault.code)).toBe(code);
    expect(fault?.detail).toMatch(detail);
  };

  it("takes 200 with a content-type of gRPC", () => {
    const head = readResponse(section({ ...OK_HEAD, a: "1" }));
    expect(head.fault).toBeUndefined();
    expect(head.metadata().toJSON()).toEqual({ a: ["1"] });
    expect(
      readResponse(section({ ...OK_HEAD, "content-type": "application/grpc+proto" })).fault,
    ).toBeUndefined();
    expect(readResponse(section({ ...OK_HEAD, "grpc-encoding": "identity" })).fault).toBeUndefined();
  });

  it("maps other HTTP statuses (http-grpc-status-mapping)", () => {
    check({ ":status": "503", "content-type": "text/html" }, "UNAVAILABLE", /HTTP status 503/);
    check({ ...OK_HEAD, ":status": "404" }, "UNIMPLEMENTED", /HTTP status 404/);
    check({ ":status": "418" }, "UNKNOWN", /HTTP status 418/);
  });

  it("uses grpc-status instead where it was provided (http-grpc-status-mapping: it must be used)", () => {
    check({ ":status": "503", "grpc-status": "7", "grpc-message": "n%C3%A9" }, "PERMISSION_DENIED", /^né$/);
    check(
      { ":status": "200", "content-type": "text/html", "grpc-status": "16" },
      "UNAUTHENTICATED",
      /text\/html/,
    );
    check({ ":status": "503", "grpc-status": "0" }, "UNAVAILABLE", /HTTP status 503/);
    check({ ":status": "503", "grpc-status": "x" }, "UNAVAILABLE", /HTTP status 503/);
  });

  it("takes 200 with another content-type for UNKNOWN", () => {
    check({ ":status": "200", "content-type": "text/html" }, "UNKNOWN", /"text\/html"/);
    check({ ":status": "200" }, "UNKNOWN", /content-type ""/);
  });

  it("reads what is said of compression", () => {
    const head = readResponse(
      section({ ...OK_HEAD, "grpc-encoding": "gzip", "grpc-accept-encoding": "gzip" }),
    );
    expect([head.fault, head.encoding, head.acceptEncoding]).toEqual([undefined, "gzip", "gzip"]);
    expect(readResponse(section({ ...OK_HEAD, "grpc-encoding": "identity" })).encoding).toBeUndefined();
  });
});

describe("explainEncoding (compression document)", () => {
  it.each([
    [
      Status.UNIMPLEMENTED,
      "no",
      "gzip,identity",
      /^no \(the server takes no messages compressed with zstd, but gzip,identity\)$/,
    ],
    [Status.UNIMPLEMENTED, "", "identity", /^the server takes no messages compressed with zstd/],
    [Status.UNIMPLEMENTED, "no", "gzip, zstd", /^no$/],
    [Status.UNIMPLEMENTED, "no", undefined, /^no$/],
    [Status.INTERNAL, "no", "gzip", /^no$/],
  ])("%i %j, accepted %j: %s", (code, message, accepted, expected) => {
    const end = explainEncoding(localEnd(code, message, "not-executed"), "zstd", accepted);
    expect(end).toMatchObject({ code, outcome: "not-executed" });
    expect(end.message).toMatch(expected);
  });
});

describe("readTrailers", () => {
  const check = (
    fields: Record<string, string>,
    code: string,
    message: string | RegExp,
    outcome: Outcome = "unknown",
  ) => {
    const end = readTrailers(section(fields));
    expect(summary(end)).toEqual({
      code,
      message: typeof message === "string" ? message : expect.stringMatching(message),
      outcome,
    });
  };

  it("reads status and message", () => {
    check({ "grpc-status": "0" }, "OK", "", "executed");
    check({ "grpc-status": "5", "grpc-message": "no%20such%20%E2%98%83" }, "NOT_FOUND", "no such ☃");
    check({ "grpc-status": "16" }, "UNAUTHENTICATED", "");
  });

  it("reads Trailers-Only alike", () => {
    check({ ...OK_HEAD, "grpc-status": "12", "grpc-message": "m" }, "UNIMPLEMENTED", "m");
  });

  it("uses grpc-status whatever the HTTP status and content-type (http-grpc-status-mapping)", () => {
    check({ ":status": "503", "grpc-status": "5" }, "NOT_FOUND", "");
    check({ ":status": "404", "content-type": "text/html", "grpc-status": "7" }, "PERMISSION_DENIED", "");
  });

  it("maps the HTTP status where grpc-status is missing", () => {
    check({ ":status": "503" }, "UNAVAILABLE", /HTTP status 503/);
    check({ ":status": "401", "content-type": "text/html" }, "UNAUTHENTICATED", /HTTP status 401/);
  });

  it("takes a missing grpc-status in trailers, or with 200, for UNKNOWN", () => {
    check({}, "UNKNOWN", /without grpc-status/);
    check({ "grpc-message": "m" }, "UNKNOWN", /without grpc-status/);
    check(OK_HEAD, "UNKNOWN", /without grpc-status/);
  });

  it("takes a malformed grpc-status for UNKNOWN (statuscodes: error parsing returned status)", () => {
    for (const status of ["", "x", "-1", "1.5", "1e1", " 1", "0x1", "9999999999", "5,5"])
      check({ "grpc-status": status }, "UNKNOWN", `malformed grpc-status ${JSON.stringify(status)}`);
  });

  it("takes codes that nobody has defined for UNKNOWN, and keeps their message", () => {
    check({ "grpc-status": "17", "grpc-message": "m" }, "UNKNOWN", "m");
    check({ "grpc-status": "99" }, "UNKNOWN", "");
  });

  it("knows the outcome from our servers' word, of failed calls", () => {
    check(
      { "grpc-status": "8", "redoubt-outcome": "not-executed" },
      "RESOURCE_EXHAUSTED",
      "",
      "not-executed",
    );
    check({ "grpc-status": "5", "redoubt-outcome": "executed" }, "NOT_FOUND", "", "executed");
    check({ "grpc-status": "5", "redoubt-outcome": "maybe" }, "NOT_FOUND", "");
    check({ "grpc-status": "0", "redoubt-outcome": "not-executed" }, "OK", "", "executed");
    check({ "redoubt-outcome": "not-executed" }, "UNKNOWN", /without grpc-status/);
  });

  it("gives details and custom metadata", () => {
    const details = encodeBase64(encodeStatusDetails(5, "m", [NOTE]));
    const end = readTrailers(section({ "grpc-status": "5", "grpc-status-details-bin": details, a: "1" }));
    expect(end.details()).toEqual([NOTE]);
    expect(end.trailers().toJSON()).toEqual({ a: ["1"] });
    const padded = Buffer.from(encodeStatusDetails(5, "m", [NOTE])).toString("base64");
    const other = readTrailers(section({ "grpc-status": "5", "grpc-status-details-bin": padded }));
    expect(other.details()).toEqual([NOTE]);
  });

  it("lets no malformed details stand in a status's way", () => {
    const end = readTrailers(section({ "grpc-status": "5", "grpc-status-details-bin": "*" }));
    expect(end.code).toBe(Status.NOT_FOUND);
    expect(end.details()).toEqual([]);
  });

  it("takes the first of repeated fields", () => {
    const end = readTrailers(new HeaderList(["grpc-status", "5", "grpc-status", "0"], 0));
    expect(end.code).toBe(Status.NOT_FOUND);
  });
});

describe("a section that comes both as the beginning of an answer and as all of it", () => {
  // A received block that repeats is one HeaderList, and what was made of it is kept there.
  it("is read as each in turn", () => {
    const headers = section(OK_HEAD);
    for (let i = 0; i < 2; i++) {
      expect(readResponse(headers).fault).toBeUndefined();
      expect(readTrailers(headers).code).toBe(Status.UNKNOWN);
    }
  });

  it("is read once for all its repetitions as the same", () => {
    const headers = section(OK_HEAD);
    expect(readResponse(headers)).toBe(readResponse(headers));
    const trailers = section({ "grpc-status": "0" });
    expect(readTrailers(trailers)).toBe(readTrailers(trailers));
  });
});
