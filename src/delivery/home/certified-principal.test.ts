import { expect, it } from "vitest";
import type { CallContext } from "../../rpc/call-context.js";
import { nodeRuntime } from "../../runtime/node.js";
import { certifiedPrincipal, PRINCIPAL_CHARACTERS_MAX } from "./certified-principal.js";

function principalOf(subject: string, subjectAltNames: readonly string[] = [], isVerified = true): string {
  const certificate = { subject, subjectAltNames, isVerified };
  return certifiedPrincipal({ peer: { certificate } } as unknown as CallContext, nodeRuntime());
}

it("is whom the verified certificate names", () => {
  expect(principalOf("CN=ann", ["DNS:ann.example"])).toBe("tls CN=ann DNS:ann.example");
  expect(principalOf("CN=ann", [], false)).toBe("");
  expect(certifiedPrincipal({ peer: {} } as CallContext, nodeRuntime())).toBe("");
});

it("of long names is told apart by all of them", () => {
  const names = Array.from({ length: 200 }, (_, i) => `DNS:host-${i}.example`);
  const [one, other] = [
    principalOf("CN=ann", [...names, "DNS:a"]),
    principalOf("CN=ann", [...names, "DNS:b"]),
  ];
  expect(one).not.toBe(other);
  for (const principal of [one, other]) {
    expect(principal).toMatch(/^tls CN=ann DNS:host-0.example .* [\w-]{22}$/);
    expect(principal.length).toBeLessThanOrEqual(PRINCIPAL_CHARACTERS_MAX);
  }
});

it("is text that can be kept, wherever a long one is cut", () => {
  for (let length = 0; length < 4; length++) {
    const principal = principalOf(`CN=${"x".repeat(length)}${"🚀".repeat(600)}`);
    expect(principal).not.toMatch(/\p{Surrogate}/u);
    expect(principal.length).toBeLessThanOrEqual(PRINCIPAL_CHARACTERS_MAX);
  }
});
