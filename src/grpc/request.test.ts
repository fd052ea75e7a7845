import { describe, expect, it } from "vitest";
import { Output } from "../bytes/output.js";
import { HpackDecoder } from "../http2/hpack/decoder.js";
import { HpackEncoder } from "../http2/hpack/encoder.js";
import { HeaderList } from "../http2/hpack/header-list.js";
import { Metadata } from "../rpc/metadata.js";
import type { Encoding } from "../runtime/compressor.js";
import { isGrpcContentType, readRequest, requestFields, requestTemplate } from "./request.js";

const HEAD = {
  ":method": "POST",
  ":scheme": "http",
  ":path": "/p.S/M",
  ":authority": "localhost:1",
  te: "trailers",
  "content-type": "application/grpc",
};

/** A request's header section: `HEAD` with changes; undefined takes a field out. */
function section(changes: Record<string, string | undefined> = {}): HeaderList {
  const fields = Object.entries({ ...HEAD, ...changes }).filter(([, value]) => value !== undefined);
  return new HeaderList(fields.flat() as string[], 0);
}

describe("what a client sends (PROTOCOL-HTTP2, Request-Headers)", () => {
  function sent(
    timeoutMs?: number,
    metadata?: Metadata,
    encoding?: Encoding,
    scheme: "http" | "https" = "http",
  ): readonly string[] {
    const output = new Output();
    const template = requestTemplate("/p.S/M", "host:1", "agent/1", ["gzip", "deflate"], scheme);
    new HpackEncoder().encode(output, template, requestFields(timeoutMs, metadata, encoding));
    const decoder = new HpackDecoder({ tableBytesMax: 4096, listBytesMax: 65_536 });
    return (decoder.decode(output.bytes, 0, output.length) as HeaderList).fields;
  }

  const CALL_DEFINITION = [
    ...[":method", "POST", ":scheme", "http", ":path", "/p.S/M", ":authority", "host:1"],
    ...["te", "trailers", "content-type", "application/grpc", "user-agent", "agent/1"],
    ...["grpc-accept-encoding", "identity,gzip,deflate"],
  ];

  it("is the Call-Definition, pseudo-header fields first", () => {
    expect(sent()).toEqual(CALL_DEFINITION);
    expect(sent(undefined, new Metadata())).toEqual(CALL_DEFINITION);
  });

  it("says https where TLS carries it", () => {
    expect(sent(undefined, undefined, undefined, "https")).toEqual(CALL_DEFINITION.with(3, "https"));
  });

  it("then Timeout and Custom-Metadata", () => {
    expect(sent(1500, new Metadata({ a: "1", "b-bin": new Uint8Array([1]) }))).toEqual([
      ...CALL_DEFINITION,
      ...["grpc-timeout", "1500m", "a", "1", "b-bin", "AQ"],
    ]);
  });

  it("and Message-Encoding, where messages are compressed", () => {
    expect(sent(undefined, undefined, "gzip")).toEqual([...CALL_DEFINITION, "grpc-encoding", "gzip"]);
    expect(sent(20, undefined, "deflate")).toEqual([
      ...CALL_DEFINITION,
      ...["grpc-encoding", "deflate", "grpc-timeout", "20m"],
    ]);
  });

  it("is well-formed for a server of ours", () => {
    expect(readRequest(new HeaderList(sent(20), 0))).toMatchObject({
      path: "/p.S/M",
      timeoutMs: 20,
      fault: undefined,
    });
  });
});

describe("readRequest", () => {
  it("reads path, timeout and metadata", () => {
    const head = readRequest(section({ "grpc-timeout": "2S", "x-id": "7" }));
    expect(head).toMatchObject({ path: "/p.S/M", timeoutMs: 2000, fault: undefined });
    expect(head.metadata().toJSON()).toEqual({ "x-id": ["7"] });
  });

  it("knows no timeout where there is none: infinite (PROTOCOL-HTTP2, Timeout)", () => {
    expect(readRequest(section())).toMatchObject({ timeoutMs: undefined, fault: undefined });
  });

  it("reads a section once, and makes metadata afresh each time", () => {
    const headers = section({ a: "1" });
    const head = readRequest(headers);
    expect(readRequest(headers)).toBe(head);
    head.metadata().append("b", "2");
    expect(head.metadata().toJSON()).toEqual({ a: ["1"] });
  });

  it("does without te, which only detects proxies", () => {
    expect(readRequest(section({ te: undefined })).fault).toBeUndefined();
  });

  it.each([
    [{ "content-type": "text/html" }, { kind: "http", status: 415 }],
    [{ "content-type": undefined }, { kind: "http", status: 415 }],
    [{ "content-type": "application/grpc+json" }, { kind: "http", status: 415 }],
    [{ ":method": "GET" }, { kind: "http", status: 405 }],
    [{ ":method": "post" }, { kind: "http", status: 405 }],
    // No gRPC error for those who speak no gRPC, "which uses status 200 (OK)".
    [
      { ":method": "GET", "content-type": undefined },
      { kind: "http", status: 415 },
    ],
    [{ "grpc-timeout": "1" }, { kind: "timeout" }],
    [{ "grpc-timeout": "" }, { kind: "timeout" }],
    [{ "grpc-timeout": "123456789m" }, { kind: "timeout" }],
  ])("finds fault with %j: %j", (changes, fault) => {
    const found = readRequest(section(changes)).fault;
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(fault);
  });
});

describe("readRequest (compression document)", () => {
  it.each([
    [{}, undefined, undefined],
    [{ "grpc-encoding": "identity" }, undefined, undefined],
    [{ "grpc-encoding": "gzip" }, "gzip", undefined],
    [{ "grpc-encoding": "" }, "", undefined],
    [{ "grpc-accept-encoding": "gzip, identity" }, undefined, "gzip, identity"],
  ])("%j: encoding %j, accepted %j", (changes, encoding, acceptEncoding) => {
    const head = readRequest(section(changes));
    expect(head.fault).toBeUndefined();
    expect([head.encoding, head.acceptEncoding]).toEqual([encoding, acceptEncoding]);
  });

  it("joins a list that came in several fields", () => {
    const fields = [...Object.entries(HEAD).flat(), "grpc-accept-encoding", "a", "grpc-accept-encoding", "b"];
    expect(readRequest(new HeaderList(fields, 0)).acceptEncoding).toBe("a,b");
  });
});

describe("redoubt-call", () => {
  it("is found where the header section is read", () => {
    expect(readRequest(section()).callField).toBeUndefined();
    expect(readRequest(section({ "redoubt-call": "a.b" })).callField).toBe("a.b");
    expect(readRequest(section({ "redoubt-call": "" })).callField).toBe("");
  });

  it("that comes twice is one text that is none", () => {
    const fields = [...section({ "redoubt-call": "a.b" }).fields, "redoubt-call", "c.d"];
    expect(readRequest(new HeaderList(fields, 0)).callField).toBe("a.b,c.d");
  });
});

describe("isGrpcContentType (PROTOCOL-HTTP2, Content-Type)", () => {
  it.each([
    ["application/grpc", true],
    ["application/grpc+proto", true],
    ["Application/GRPC", true],
    ["application/grpc;charset=utf-8", true],
    ["application/grpc+proto ; a=b", true],
    ["application/grpc+json", false],
    ["application/grpc-web", false],
    ["application/grpc-web+proto", false],
    ["application/grpcx", false],
    ["application/grpc+", false],
    ["application/grpc, application/grpc", false],
    ["xapplication/grpc", false],
    [" application/grpc", false],
    ["application/proto", false],
    ["", false],
  ])("%j: %j", (value, expected) => {
    expect(isGrpcContentType(value)).toBe(expected);
  });
});
