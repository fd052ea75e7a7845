import { runClient } from "./client-program.js";
import { redoubt } from "./redoubt-implementation.js";

// Redoubt as the client of gRPC's interoperability tests.

process.exitCode = await runClient(redoubt, process.argv.slice(2));
