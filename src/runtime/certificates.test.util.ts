import {
  type Certificate,
  type CertificateRequest,
  makeCertificate,
} from "../cli/certificates/certificate.js";

export type { Certificate };

const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate that is valid since yesterday; what is not said is that of a server on this machine. */
export function certificate(
  request: Partial<CertificateRequest> = {},
  issuer: Certificate | "self" = testAuthority(),
): Certificate {
  const defaults = {
    commonName: "test-server",
    use: "server",
    names: request.use === undefined || request.use === "server" ? ["localhost", "127.0.0.1", "::1"] : [],
    validFrom: daysFromNow(-1),
    validTo: daysFromNow(30),
  } as const;
  return makeCertificate({ ...defaults, ...request }, issuer === "self" ? undefined : issuer);
}

/** A self-signed certificate that may sign others. */
export function authority(commonName = "test-ca"): Certificate {
  const validity = { validFrom: daysFromNow(-1), validTo: daysFromNow(30) };
  return makeCertificate({ commonName, use: "authority", ...validity });
}

/** The authority of certificates that name no other: one for the whole file of tests. */
export function testAuthority(): Certificate {
  common ??= authority();
  return common;
}

let common: Certificate | undefined;

export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}
