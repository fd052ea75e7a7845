import * as grpc from "@grpc/grpc-js";
import { Credentials } from "@redoubt/rpc";
import { certificate, testAuthority } from "../../src/runtime/certificates.test.util.js";
import { testPairing } from "./cases.js";
import { grpcJsWith } from "./grpc-js.js";
import { redoubtWith } from "./redoubt.js";

// Everything once more over TLS, with certificates of both ends.

const ca = testAuthority().cert;
const server = certificate();
const client = certificate({ use: "client", commonName: "test-client" });

const ours = redoubtWith("Redoubt with TLS", {
  server: Credentials.tls({ ca, cert: server.cert, key: server.key, clientCertificate: "require" }),
  client: Credentials.tls({ ca, cert: client.cert, key: client.key }),
});

const bytes = (pem: string) => Buffer.from(pem);
const grpcJs = grpcJsWith("grpc-js with TLS", {
  server: grpc.ServerCredentials.createSsl(
    bytes(ca),
    [{ cert_chain: bytes(server.cert), private_key: bytes(server.key) }],
    true,
  ),
  client: grpc.credentials.createSsl(bytes(ca), bytes(client.key), bytes(client.cert)),
});

testPairing(ours, grpcJs);
testPairing(grpcJs, ours);
testPairing(ours, ours);
