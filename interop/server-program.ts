import { boolean, FlagError, fileOf, helpText, number, parseFlags, text, type Values } from "./flags.js";
import type { Implementation, ServerSecurity } from "./implementation.js";
import { testServiceHandlers } from "./test-service/handlers.js";

const FLAGS = {
  port: number(8080, "The port to listen on; 0 picks a free one"),
  host: text("127.0.0.1", "The address to listen on; 0.0.0.0 for all"),
  use_tls: boolean(false, "Whether to use TLS"),
  tls_cert_file: text("build/certificates/server1.pem", "The server's certificate"),
  tls_key_file: text("build/certificates/server1.key", "The key of the certificate"),
};

/**
 * The server of gRPC's interoperability tests. Prints `listening on ADDRESS` and serves until its process is ended.
 * Gives the exit code where it cannot: 1, or 2 where the flags are wrong.
 */
export async function runServer(
  implementation: Implementation,
  args: readonly string[],
): Promise<number | undefined> {
  if (args.includes("--help")) {
    console.log(helpText("Serves gRPC's interoperability tests.", FLAGS));
    return 0;
  }
  try {
    const flags = parseFlags(FLAGS, args);
    const address = `${flags.host}:${flags.port}`;
    const server = await implementation.serve(address, securityOf(flags), testServiceHandlers);
    console.log(`listening on ${server.address}`);
    return undefined;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return error instanceof FlagError ? 2 : 1;
  }
}

function securityOf(flags: Values<typeof FLAGS>): ServerSecurity {
  if (!flags.use_tls) return { kind: "plaintext" };
  return {
    kind: "tls",
    certificates: fileOf("tls_cert_file", flags.tls_cert_file),
    key: fileOf("tls_key_file", flags.tls_key_file),
  };
}
