import { Channel, type ConnectionOptions, Credentials, Server, stub } from "@redoubt/rpc";
import { expect, it } from "vitest";
import { Echo } from "../../interop/gen/echo_pb.js";

/** HTTP/2's first windows, and no others. */
const SMALL: ConnectionOptions = {
  streamWindowBytes: 65_535,
  streamWindowBytesMax: 65_535,
  connectionWindowBytes: 65_535,
  connectionWindowBytesMax: 65_535,
};

const BODY_BYTES = 4 * 1024 * 1024;

/** A message may be larger than the window: its reader gives credit for a message that is still incomplete. */
it("carries a message of 4 MiB through windows of 65,535 bytes, both ways", async () => {
  const limit = { maxReceiveMessageBytes: BODY_BYTES + 100 };
  await using server = new Server({ http2: SMALL, ...limit });
  server.add(
    Echo,
    {
      unary: (request) => request,
      async *chat(requests) {
        yield* requests;
      },
    },
    { partial: true },
  );
  const target = await server.listen("127.0.0.1:0", Credentials.insecure());
  await using channel = new Channel(target, { credentials: Credentials.insecure(), http2: SMALL, ...limit });
  const echo = stub(Echo, channel);
  const body = Uint8Array.from({ length: BODY_BYTES }, (_, i) => (i * 31) >> 3);

  const answers = await Promise.all([
    echo.unary({ body }),
    echo.unary({ body }),
    echo.unary({ text: "small" }),
  ]);
  expect(Buffer.compare(answers[0].body, body)).toBe(0);
  expect(Buffer.compare(answers[1].body, body)).toBe(0);
  expect(answers[2].text).toBe("small");

  let echoes = 0;
  for await (const message of echo.chat([{ body }, { body }])) {
    expect(Buffer.compare(message.body, body)).toBe(0);
    echoes++;
  }
  expect(echoes).toBe(2);
});
