import { randomBytes } from "node:crypto";
import type { ConnectionOptions } from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import { all, installChecks, pair } from "../behaviour/harness.js";

// Both ends ours, with the windows that HTTP/2 begins with and no larger ones (RFC 9113 §6.9.2).

installChecks();

const http2: ConnectionOptions = {
  streamWindowBytes: 65_535,
  streamWindowBytesMax: 65_535,
  connectionWindowBytes: 65_535,
  connectionWindowBytesMax: 65_535,
};

const small = () => pair("tcp", {}, { server: { http2 }, channel: { http2 } });

/** As much as fits a message of 4 MiB, the most that is taken by default: tag and length take 5 bytes. */
const BODY_BYTES_MAX = 4 * 1024 * 1024 - 5;

describe("through windows of 65,535 bytes", () => {
  it("a message of 4 MiB passes both ways", async () => {
    const { echo } = await small();
    const body = randomBytes(BODY_BYTES_MAX);
    const reply = await echo.unary({ body });
    expect(Buffer.compare(reply.body, body)).toBe(0);
  });

  it("one byte more is refused", async () => {
    const { echo } = await small();
    await expect(echo.unary({ body: new Uint8Array(BODY_BYTES_MAX + 1) })).rejects.toMatchObject({
      message: "received message of 4194305 bytes; at most 4194304 are allowed",
    });
    expect(await echo.unary({ text: "a" })).toMatchObject({ text: "a" });
  });

  it("streams of large messages pass both ways at once, several side by side", async () => {
    const { echo } = await small();
    const bodies = Array.from({ length: 10 }, (_, i) => randomBytes(i * 50_000));
    const chats = Array.from({ length: 4 }, () => all(echo.chat(bodies.map((body) => ({ body })))));
    for (const replies of await Promise.all(chats)) {
      expect(replies.map((reply) => Buffer.compare(reply.body, bodies[replies.indexOf(reply)]))).toEqual(
        bodies.map(() => 0),
      );
    }
  });

  it("calls whose streams are left early give back what they held", async () => {
    const { echo } = await pair(
      "tcp",
      {
        async *expand({ body }) {
          for (;;) yield { body };
        },
      },
      { server: { http2 }, channel: { http2 } },
    );
    for (let i = 0; i < 20; i++) {
      for await (const message of echo.expand({ body: randomBytes(30_000) })) {
        expect(message.body.length).toBe(30_000);
        break;
      }
    }
    const body = randomBytes(300_000);
    expect(Buffer.compare((await echo.unary({ body })).body, body)).toBe(0);
  });

  it("calls whose requests the handler leaves early give back what they held", async () => {
    const { echo } = await pair(
      "tcp",
      {
        async collect(requests) {
          for await (const request of requests) return { text: request.text };
          return {};
        },
      },
      { server: { http2 }, channel: { http2 } },
    );
    const messages = Array.from({ length: 50 }, () => ({ text: "a", body: randomBytes(30_000) }));
    for (let i = 0; i < 20; i++) expect((await echo.collect(messages)).text).toBe("a");
    const body = randomBytes(300_000);
    expect(Buffer.compare((await echo.unary({ body })).body, body)).toBe(0);
  });
});
