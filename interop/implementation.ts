import type { Stub } from "@redoubt/rpc";
import type { TestService, UnimplementedService } from "./gen/grpc/testing/test_pb.js";
import type { TestServiceHandlers } from "./test-service/handlers.js";

// gRPC implementations for JavaScript, with the faces that Redoubt has: so the cases and the service are written once.

/** How connections are secured. */
export type ClientSecurity =
  | { readonly kind: "plaintext" }
  | {
      readonly kind: "tls";
      /** Whom to trust; undefined: whom the platform trusts. */
      readonly ca: string | undefined;
      /** The name that the certificate must have; undefined: the host's. */
      readonly serverName: string | undefined;
    };

export type ServerSecurity =
  | { readonly kind: "plaintext" }
  | { readonly kind: "tls"; readonly certificates: string; readonly key: string };

/** A connection to a server of the tests. Calls throw RpcErrors. */
export interface TestClient {
  readonly service: Stub<typeof TestService>;
  readonly unimplemented: Stub<typeof UnimplementedService>;
  /** Whether each message that came was compressed, the last ones last; undefined where that cannot be seen. */
  readonly receivedCompressed?: readonly boolean[];
  close(): Promise<void>;
}

export interface TestServer {
  /** `host:port`, as bound. */
  readonly address: string;
  close(): Promise<void>;
}

export interface Implementation {
  connect(address: string, security: ClientSecurity): TestClient;
  serve(address: string, security: ServerSecurity, handlers: TestServiceHandlers): Promise<TestServer>;
}
