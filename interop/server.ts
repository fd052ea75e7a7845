import { redoubt } from "./redoubt-implementation.js";
import { runServer } from "./server-program.js";

// Redoubt as the server of gRPC's interoperability tests.

process.exitCode = await runServer(redoubt, process.argv.slice(2));
