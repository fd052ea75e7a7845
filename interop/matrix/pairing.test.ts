import { expect, test } from "vitest";
import type { CaseName } from "../cases/cases.js";
import { judged, lackOf, type Outcome, type Pairing } from "./pairing.js";
import type { Peer, Security } from "./peer.js";

const WHY_LACKING = "Go's server has no such method";

test.each<[string | undefined, string | undefined, Outcome]>([
  [undefined, undefined, { kind: "passed" }],
  ["broken", undefined, { kind: "failed", why: "broken" }],
  ["unsupported", WHY_LACKING, { kind: "lacking", why: WHY_LACKING, fault: "unsupported" }],
  [undefined, WHY_LACKING, { kind: "failed", why: `it has passed, though ${WHY_LACKING}` }],
])("fault %j with lack %j is %j", (fault, lack, outcome) => {
  expect(judged(fault, lack)).toEqual(outcome);
});

const NONE = { name: "Redoubt", clientLacks: {}, serverLacks: {} } as unknown as Peer;
const SOME = {
  ...NONE,
  name: "Go",
  clientLacks: { large_unary: "is too small" },
  serverLacks: { empty_unary: "has no such method" },
};

test.each<[Peer, Peer, Security, CaseName, string | undefined]>([
  [NONE, NONE, "tls", "per_rpc_creds", undefined],
  [NONE, NONE, "plaintext", "per_rpc_creds", "without TLS, credentials are not sent"],
  [{ ...NONE, sendsCredentialsInPlaintext: true }, NONE, "plaintext", "per_rpc_creds", undefined],
  [SOME, NONE, "tls", "large_unary", "Go's client is too small"],
  [NONE, SOME, "tls", "large_unary", undefined],
  [NONE, SOME, "tls", "empty_unary", WHY_LACKING],
])("what is lacking between %o and %o, %s, for %s, is %j", (client, server, security, name, lack) => {
  const pairing: Pairing = { client, server, security };
  expect(lackOf(pairing, name)).toBe(lack);
});
