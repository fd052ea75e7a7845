import { runServer } from "../server-program.js";
import { grpcJs } from "./grpc-js-implementation.js";

// grpc-js as the server of gRPC's interoperability tests.

process.exitCode = await runServer(grpcJs, process.argv.slice(2));
