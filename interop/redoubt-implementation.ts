import { Channel, Credentials, Server, stub } from "@redoubt/rpc";
import { TestService, UnimplementedService } from "./gen/grpc/testing/test_pb.js";
import type { ClientSecurity, Implementation, ServerSecurity } from "./implementation.js";

export const redoubt: Implementation = {
  connect(address, security) {
    const receivedCompressed: boolean[] = [];
    const onMessageReceived = ({ compressed }: { readonly compressed: boolean }) => {
      receivedCompressed.push(compressed);
    };
    const observer = { onCall: () => ({ onMessageReceived }) };
    const channel = new Channel(address, { credentials: clientCredentials(security), observer });
    return {
      receivedCompressed,
      service: stub(TestService, channel),
      unimplemented: stub(UnimplementedService, channel),
      close: () => channel.close(),
    };
  },

  async serve(address, security, handlers) {
    const server = new Server();
    server.add(TestService, handlers, { partial: true });
    const bound = await server.listen(address, serverCredentials(security));
    return { address: bound, close: () => server.close() };
  },
};

function clientCredentials(security: ClientSecurity): Credentials {
  return security.kind === "plaintext" ? Credentials.insecure() : Credentials.tls(security);
}

function serverCredentials(security: ServerSecurity): Credentials {
  if (security.kind === "plaintext") return Credentials.insecure();
  return Credentials.tls({ cert: security.certificates, key: security.key });
}
