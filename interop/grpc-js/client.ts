import { runClient } from "../client-program.js";
import { grpcJs } from "./grpc-js-implementation.js";

// grpc-js as the client of gRPC's interoperability tests.

// Closed clients of grpc-js can keep a process for minutes.
process.exit(await runClient(grpcJs, process.argv.slice(2)));
