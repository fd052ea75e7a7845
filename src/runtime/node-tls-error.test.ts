import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { certificate, daysFromNow } from "./certificates.test.util.js";
import { clientTlsError } from "./node-tls-error.js";

const expired = new X509Certificate(
  certificate({ validFrom: daysFromNow(-9), validTo: daysFromNow(-2) }).cert,
);

function explained(code: string, dates: { validFrom?: string; validTo?: string }): string {
  const shown = Object.create(expired, {
    subject: { value: expired.subject },
    issuer: { value: expired.issuer },
    validFrom: { value: dates.validFrom },
    validTo: { value: dates.validTo },
  });
  const facts = { serverName: "localhost", certificate: shown, hasOwnCertificate: false };
  return clientTlsError(Object.assign(new Error(code), { code }), "connection", facts).message;
}

test.each(["Bad time value", ""])("a certificate with the date %j is explained without it", (date) => {
  expect(explained("CERT_HAS_EXPIRED", { validTo: date })).toBe(
    "connection failed: the server's certificate (CN=test-server) or one behind it has expired; the server needs a new one (CERT_HAS_EXPIRED)",
  );
  expect(explained("CERT_NOT_YET_VALID", { validFrom: date })).toBe(
    "connection failed: the server's certificate (CN=test-server) or one behind it is not valid yet; is a clock wrong? (CERT_NOT_YET_VALID)",
  );
});
