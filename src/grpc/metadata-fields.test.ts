import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Metadata } from "../rpc/metadata.js";
import { appendMetadata, metadataFromFields } from "./metadata-fields.js";

function fieldsOf(metadata: Metadata): string[] {
  const fields: string[] = [];
  appendMetadata(fields, metadata);
  return fields;
}

const bytes = (...octets: number[]) => new Uint8Array(octets);

describe("appendMetadata (PROTOCOL-HTTP2, Custom-Metadata)", () => {
  it("writes text as it is and bytes as base64 without padding", () => {
    const metadata = new Metadata({ "x-id": "7", "key-bin": bytes(1) });
    expect(fieldsOf(metadata)).toEqual(["x-id", "7", "key-bin", "AQ"]);
  });

  it("writes repeated names as fields of their own, in order", () => {
    const metadata = new Metadata({ a: ["1", "2"], "b-bin": [bytes(), bytes(255)], c: "" });
    expect(fieldsOf(metadata)).toEqual(["a", "1", "a", "2", "b-bin", "", "b-bin", "/w", "c", ""]);
  });
});

describe("metadataFromFields", () => {
  const check = (fields: string[], expected: [string, string | Uint8Array][]) =>
    expect([...metadataFromFields(fields)]).toEqual(expected);

  it("leaves out pseudo-header fields and those of the protocol", () => {
    check(
      [
        ...[":method", "POST", ":path", "/a/b", ":status", "200", "te", "trailers"],
        ...["content-type", "application/grpc", "grpc-timeout", "1S", "grpc-status", "0"],
        ...["grpc-message", "m", "grpc-status-details-bin", "AA", "grpc-anything-new", "x"],
        ...["redoubt-outcome", "executed", "kept", "yes"],
      ],
      [["kept", "yes"]],
    );
  });

  it("decodes -bin values with and without padding", () => {
    check(
      ["a-bin", "AQ==", "b-bin", "AQ", "c-bin", ""],
      [
        ["a-bin", bytes(1)],
        ["b-bin", bytes(1)],
        ["c-bin", bytes()],
      ],
    );
  });

  it("splits -bin values at commas before decoding (Binary-Header), with or without space", () => {
    check(
      ["a-bin", "AQ==,Ag, Aw== ,"],
      [
        ["a-bin", bytes(1)],
        ["a-bin", bytes(2)],
        ["a-bin", bytes(3)],
        ["a-bin", bytes()],
      ],
    );
  });

  it("does not split text at commas", () => {
    check(["a", "1,2"], [["a", "1,2"]]);
  });

  it("drops -bin values that are no base64, and keeps their neighbours", () => {
    check(
      ["a-bin", "AQ,*,Ag", "b-bin", "A"],
      [
        ["a-bin", bytes(1)],
        ["a-bin", bytes(2)],
      ],
    );
  });

  it("keeps repeated names in order", () => {
    check(
      ["a", "1", "b", "2", "a", "3"],
      [
        ["a", "1"],
        ["b", "2"],
        ["a", "3"],
      ],
    );
  });

  it("keeps values that are valid in HTTP and no ASCII-Value (must not error), also when copied on", () => {
    const metadata = metadataFromFields(["a", "caf\xc3\xa9\t"]);
    expect(fieldsOf(new Metadata(metadata))).toEqual(["a", "caf\xc3\xa9\t"]);
  });

  it("reads what appendMetadata writes, also where an intermediary joins repeated -bin fields by commas", () => {
    const name = fc.stringMatching(/^[0-9a-z_.][0-9a-z_.-]{0,8}$/).filter((text) => !text.endsWith("-bin"));
    const text = fc.stringMatching(/^(?:[!-~](?:[ -~]{0,8}[!-~])?)?$/);
    const entry = fc.oneof(
      fc.tuple(
        name.map((n) => `x-${n}`),
        text,
      ),
      fc.tuple(
        name.map((n) => `x-${n}-bin`),
        fc.uint8Array({ maxLength: 20 }),
      ),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 10 }), fc.boolean(), (entries, join) => {
        const fields = fieldsOf(new Metadata(entries as [string, string][]));
        const received = metadataFromFields(join ? joined(fields) : fields);
        for (const [key] of entries) {
          const sent = entries.filter(([other]) => other === key).map(([, value]) => value);
          expect(received.getAll(key)).toEqual(sent);
        }
        expect(received.size).toBe(entries.length);
      }),
    );
  });
});

function joined(fields: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const first = fields[i].endsWith("-bin") ? result.indexOf(fields[i]) : -1;
    if (first >= 0 && first % 2 === 0) result[first + 1] += `,${fields[i + 1]}`;
    else result.push(fields[i], fields[i + 1]);
  }
  return result;
}
