import { Metadata, type MetadataInit, Status } from "@redoubt/rpc";
import { describe, expect, test } from "vitest";
import { all, failureOf, installChecks, pair, signal, WAYS } from "./harness.js";

installChecks();

const BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);

describe.each(WAYS)("over %s", (way) => {
  const SENT: [string, MetadataInit, Record<string, unknown>][] = [
    ["an object", { k: "v" }, { k: ["v"] }],
    ["repeated keys, in order", { k: ["1", "2", "3"] }, { k: ["1", "2", "3"] }],
    ["upper case, as lower case", { "X-Request-ID": "7" }, { "x-request-id": ["7"] }],
    [
      "pairs",
      [
        ["a", "1"],
        ["b", "2"],
        ["a", "3"],
      ],
      { a: ["1", "3"], b: ["2"] },
    ],
    ["Metadata", new Metadata({ k: "v" }), { k: ["v"] }],
    ["empty values", { k: "" }, { k: [""] }],
    [
      "every printable character",
      { k: "!~ \"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" },
      { k: ["!~ \"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"] },
    ],
    ["bytes", { "k-bin": BYTES }, { "k-bin": [BYTES] }],
    ["empty bytes", { "k-bin": new Uint8Array(0) }, { "k-bin": [new Uint8Array(0)] }],
    ["repeated bytes", { "k-bin": [BYTES, new Uint8Array([1])] }, { "k-bin": [BYTES, new Uint8Array([1])] }],
    ["nothing for undefined", { k: undefined }, {}],
    [
      "names that objects have themselves",
      { constructor: "c", "to-string": "t" },
      { constructor: ["c"], "to-string": ["t"] },
    ],
  ];
  test.each(SENT)("carries %s to the handler and back", async (_, metadata, expected) => {
    const { echo } = await pair(way, {
      unary(_, call) {
        for (const [name, value] of call.metadata) {
          if (name === "user-agent") continue;
          call.responseHeaders.append(name, value);
          call.responseTrailers.append(name, value);
        }
        seen = own(call.metadata);
        return {};
      },
    });
    let seen: unknown;
    let headers: unknown;
    let trailers: unknown;
    await echo.unary(
      {},
      {
        metadata,
        onHeaders: (received) => {
          headers = own(received);
        },
        onTrailers: (received) => {
          trailers = own(received);
        },
      },
    );
    expect({ seen, headers, trailers }).toEqual({ seen: expected, headers: expected, trailers: expected });
  });

  test("carries much of it", async () => {
    const { echo } = await pair(way, { unary: (_, call) => ({ text: call.metadata.getAll("k").join("") }) });
    const values = Array.from({ length: 400 }, (_, i) => `value-${i};`);
    expect((await echo.unary({}, { metadata: { k: values } })).text).toBe(values.join(""));
  });

  test("brings headers before the first message, trailers after the last", async () => {
    const { echo } = await pair(way, {
      async *expand(_, call) {
        call.responseHeaders.set("when", "before");
        yield {};
        yield {};
        call.responseTrailers.set("when", "after");
      },
    });
    const events: string[] = [];
    const options = {
      onHeaders: (metadata: Metadata) => void events.push(`headers ${metadata.get("when")}`),
      onTrailers: (metadata: Metadata) => void events.push(`trailers ${metadata.get("when")}`),
    };
    for await (const _ of echo.expand({}, options)) events.push("message");
    expect(events).toEqual(["headers before", "message", "message", "trailers after"]);
  });

  test("brings headers at once where the handler sends them", async () => {
    const came = signal();
    const { echo } = await pair(way, {
      async unary(_, call) {
        call.responseHeaders.set("k", "v");
        call.sendHeaders();
        await came.promise;
        return {};
      },
    });
    const reply = echo.unary(
      {},
      {
        onHeaders: (metadata) => {
          expect(metadata.get("k")).toBe("v");
          came.resolve();
        },
      },
    );
    await came.promise;
    await reply;
  });

  test("brings headers of a stream without messages", async () => {
    const { echo } = await pair(way, {
      async *expand(_, call) {
        call.responseHeaders.set("k", "v");
      },
    });
    let headers: Metadata | undefined;
    await all(
      echo.expand(
        {},
        {
          onHeaders: (received) => {
            headers = received;
          },
        },
      ),
    );
    expect(headers?.get("k")).toBe("v");
  });

  test("brings headers and trailers of a call that fails", async () => {
    const { echo } = await pair(way, {
      async *expand(_, call) {
        call.responseHeaders.set("h", "1");
        call.responseTrailers.set("t", "2");
        throw new Error("oops");
      },
      unary(_, call) {
        call.responseHeaders.set("h", "1");
        call.responseTrailers.set("t", "2");
        throw new Error("oops");
      },
    });
    for (const make of [echo.expand, echo.unary]) {
      let headers: Metadata | undefined;
      let trailers: Metadata | undefined;
      const error = await failureOf(
        make(
          {},
          {
            onHeaders: (received) => {
              headers = received;
            },
            onTrailers: (received) => {
              trailers = received;
            },
          },
        ),
      );
      expect(headers?.get("h")).toBe("1");
      expect(trailers?.get("t")).toBe("2");
      expect(error.metadata.get("t")).toBe("2");
    }
  });

  test("keeps the server from sending headers twice", async () => {
    const { echo } = await pair(way, {
      unary(_, call) {
        call.sendHeaders();
        expect(() => call.sendHeaders()).toThrow("sent already");
        return {};
      },
    });
    await echo.unary({});
  });

  test("gives each reader a copy of its own", async () => {
    const { echo } = await pair(way, {
      unary(_, call) {
        call.responseHeaders.set("k", "v");
        return { text: call.metadata.get("k") };
      },
    });
    const metadata = new Metadata({ k: "v" });
    for (let i = 0; i < 3; i++) {
      const reply = await echo.unary(
        {},
        {
          metadata,
          onHeaders: (headers) => {
            expect(headers.getAll("k")).toEqual(["v"]);
            headers.set("k", "changed");
          },
        },
      );
      expect(reply.text).toBe("v");
    }
    expect(metadata.getAll("k")).toEqual(["v"]);
  });

  const REFUSED: [string, Record<string, unknown>, string][] = [
    ["a reserved name", { "grpc-timeout": "1S" }, '"grpc-timeout" is reserved'],
    ["a field of HTTP", { "content-type": "x" }, "reserved"],
    ["the field te", { TE: "x" }, "reserved"],
    ["a pseudo-header field", { ":path": "x" }, "only 0-9 a-z"],
    ["a space in a name", { "a b": "x" }, "only 0-9 a-z"],
    ["an empty name", { "": "x" }, "only 0-9 a-z"],
    ["a newline", { k: "a\r\nb: c" }, "ASCII"],
    ["a newline at the end", { k: "a\n" }, "ASCII"],
    ["text that is not ASCII", { k: "é" }, "ASCII"],
    ["a space at the end", { k: "a " }, "ASCII"],
    ["bytes without -bin", { k: BYTES }, "-bin"],
    ["text with -bin", { "k-bin": "text" }, "Uint8Array"],
    ["a number", { k: 5 }, "string"],
  ];
  test.each(REFUSED)("refuses %s before anything is sent", async (_, metadata, message) => {
    const { echo } = await pair(way);
    const options = { metadata: metadata as MetadataInit };
    await expect(echo.unary({}, options)).rejects.toThrow(message);
    await expect(echo.unary({}, options)).rejects.toBeInstanceOf(TypeError);
    expect(() => echo.expand({}, options)).toThrow(TypeError);
    expect(() => echo.chat(options)).toThrow(TypeError);
    expect(() => echo.collect(options)).toThrow(TypeError);
  });

  test("fails a call whose handler makes bad metadata, and only that call", async () => {
    const { echo } = await pair(way, {
      unary(request, call) {
        if (request.text !== "") call.responseTrailers.set("bad name", "x");
        return {};
      },
    });
    expect(await failureOf(echo.unary({ text: "x" }))).toMatchObject({ code: Status.UNKNOWN });
    await echo.unary({});
  });
});

/** Entries without those that the transport adds. */
function own(metadata: Metadata): Record<string, unknown> {
  const { "user-agent": _, ...rest } = metadata.toJSON();
  return rest;
}

test("tells the handler who the client is", async () => {
  const { echo } = await pair(
    "tcp",
    { unary: (_, call) => ({ text: call.metadata.get("user-agent") }) },
    { channel: { userAgent: "mine/1" } },
  );
  expect((await echo.unary({})).text).toMatch(/^mine\/1 redoubt\/\d/);
});
