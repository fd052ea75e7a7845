import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { bearerToken } from "../test-service/bearer.js";

const BEARER = { username: "interop@example.com", scope: "https://example.com/auth/interop" };

/** Flags for clients that take a service account's key to where it says, for a token. */
export interface TokenFlags {
  readonly service_account_key_file: string;
  readonly oauth_scope: string;
}

/**
 * Stands in for Google's token endpoint (OAuth 2.0, RFC 6749, section 5.1), as long as this process lives, and writes
 * the key of an account into `folder` that leads there. It gives the same token to whoever asks.
 */
export async function startTokenService(folder: string): Promise<TokenFlags> {
  const server = createServer((_, response) => {
    const token = { access_token: bearerToken(BEARER), token_type: "Bearer", expires_in: 3600 };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(token));
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const account = {
    type: "service_account",
    client_email: BEARER.username,
    private_key_id: "interop",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    token_uri: `http://127.0.0.1:${port}/token`,
  };
  const file = join(folder, "service-account.json");
  writeFileSync(file, JSON.stringify(account), { mode: 0o600 });
  return { service_account_key_file: file, oauth_scope: BEARER.scope };
}
