import * as grpc from "@grpc/grpc-js";
import { TestService, UnimplementedService } from "../gen/grpc/testing/test_pb.js";
import type { ClientSecurity, Implementation, ServerSecurity } from "../implementation.js";
import { implementationOf, serviceDefinition } from "./grpc-js-service.js";
import { grpcJsStub } from "./grpc-js-stub.js";

/** gRPC's own implementation for Node. */
export const grpcJs: Implementation = {
  connect(address, security) {
    // What is compressed it decides for a channel: there is one for each compression, connected when it is used.
    const clientFor = (compression: grpc.compressionAlgorithms) =>
      new grpc.Client(address, clientCredentials(security), {
        ...channelOptions(security),
        "grpc.default_compression_algorithm": compression,
      });
    const clients = {
      identity: clientFor(grpc.compressionAlgorithms.identity),
      gzip: clientFor(grpc.compressionAlgorithms.gzip),
      deflate: clientFor(grpc.compressionAlgorithms.deflate),
    };
    return {
      service: grpcJsStub(TestService, clients),
      unimplemented: grpcJsStub(UnimplementedService, clients),
      async close() {
        for (const client of Object.values(clients)) client.close();
      },
    };
  },

  async serve(address, security, handlers) {
    const server = new grpc.Server();
    server.addService(serviceDefinition(TestService, handlers), implementationOf(TestService, handlers));
    const port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, value: number) => (error ? reject(error) : resolve(value));
      server.bindAsync(address, serverCredentials(security), bound);
    });
    return {
      address: address.replace(/[0-9]+$/, String(port)),
      close: async () => server.forceShutdown(),
    };
  },
};

function clientCredentials(security: ClientSecurity): grpc.ChannelCredentials {
  if (security.kind === "plaintext") return grpc.credentials.createInsecure();
  return grpc.credentials.createSsl(security.ca === undefined ? null : Buffer.from(security.ca));
}

function channelOptions(security: ClientSecurity): grpc.ChannelOptions {
  // Without a pool of its own a channel would share its connection with others to the same server.
  const own = { "grpc.use_local_subchannel_pool": 1 };
  if (security.kind === "plaintext" || security.serverName === undefined) return own;
  return { ...own, "grpc.ssl_target_name_override": security.serverName };
}

function serverCredentials(security: ServerSecurity): grpc.ServerCredentials {
  if (security.kind === "plaintext") return grpc.ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(security.certificates), private_key: Buffer.from(security.key) };
  return grpc.ServerCredentials.createSsl(null, [pair]);
}
