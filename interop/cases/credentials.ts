import assert from "node:assert/strict";
import type { Metadata } from "@redoubt/rpc";
import { bearerToken } from "../test-service/bearer.js";
import { ECHO_INITIAL } from "../test-service/echo.js";
import { type Case, expectLargeResponse, largeRequest } from "./case.js";

const BEARER = { username: "interop@example.com", scope: "https://example.com/auth/interop" };

/** With a token of our own making in place of one that Google's servers would give. */
export const perRpcCreds: Case = async ({ client }) => {
  const credentials = () => ({ authorization: `Bearer ${bearerToken(BEARER)}` });
  const request = { ...largeRequest(), fillUsername: true, fillOauthScope: true };
  const response = await client.service.unaryCall(request, { credentials });
  expectLargeResponse(response);
  assert.deepEqual({ username: response.username, scope: response.oauthScope }, BEARER);
};

/** Not one of gRPC's document: credentials of a call, shown by servers that do not say who asks. */
export const callCredsMetadata: Case = async ({ client }) => {
  const seen: { headers?: Metadata } = {};
  await client.service.unaryCall(
    {},
    {
      credentials: async () => ({ [ECHO_INITIAL]: "token" }),
      onHeaders(headers) {
        seen.headers = headers;
      },
    },
  );
  assert.deepEqual(seen.headers?.getAll(ECHO_INITIAL), ["token"]);
};
