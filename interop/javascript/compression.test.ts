import * as grpc from "@grpc/grpc-js";
import { stub } from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import { cleanUp, installChecks, openChannel, pair } from "../behaviour/harness.js";
import { Echo } from "../gen/echo_pb.js";
import { testPairing } from "./cases.js";
import { connectNode } from "./connect.js";
import { grpcJs, grpcJsWith, loadService } from "./grpc-js.js";
import { redoubtWith } from "./redoubt.js";

// All cases once more, compressed, and what can be seen of it.

const ours = redoubtWith("Redoubt with gzip", { compression: "gzip" });

testPairing(redoubtWith("Redoubt with deflate", { compression: "deflate" }), grpcJs);
testPairing(grpcJsWith("grpc-js with gzip", { compression: "gzip" }), ours);
testPairing(ours, connectNode);
testPairing(connectNode, ours);

const TEXT = "a".repeat(2000);

describe("what is seen of compression", () => {
  installChecks();

  it.each(["gzip", "deflate"] as const)("grpc-js's requests in %s", async (name) => {
    const seen: boolean[] = [];
    const { address } = await pair("tcp", {
      async collect(messages, call) {
        for await (const _ of messages) seen.push(call.requestCompressed);
        return {};
      },
    });
    const Client = loadService("interop/proto/echo.proto", "redoubt.test.v1.Echo");
    const client = new Client(address, grpc.credentials.createInsecure(), {
      "grpc.default_compression_algorithm": grpc.compressionAlgorithms[name],
    });
    cleanUp(() => client.close());
    await new Promise<void>((resolve, reject) => {
      const call = client.collect((error: Error | null) => (error ? reject(error) : resolve()));
      call.write({ text: TEXT });
      call.write({ text: TEXT });
      call.end();
    });
    expect(seen).toEqual([true, true]);
  });

  it("connect-node's answers, which it compresses for all who take it", async () => {
    const received: boolean[] = [];
    const running = await connectNode.serve({
      unary: async (request) => request,
      collect: async () => ({}),
      async *expand() {},
      async *chat() {},
    });
    cleanUp(() => running.kill());
    const channel = openChannel(running.address, {
      observer: { onCall: () => ({ onMessageReceived: ({ compressed }) => received.push(compressed) }) },
    });
    expect((await stub(Echo, channel).unary({ text: TEXT })).text).toBe(TEXT);
    expect(received).toEqual([true]);
  });
});
