import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../certificates", import.meta.url));
const MAKER = new URL("../../../dist/cli/certificates/certificate.js", import.meta.url);
const DAY_MS = 24 * 60 * 60 * 1000;

/** The names that gRPC's certificate for tests has, and the address that the servers have here. */
const SERVER_NAMES = [
  "*.test.google.fr",
  "waterzooi.test.google.be",
  "*.test.youtube.com",
  "localhost",
  "127.0.0.1",
];

/** Where the certificates of a run are, by the names of the flags that say so. */
export interface CertificateFiles {
  readonly ca_file: string;
  readonly tls_cert_file: string;
  readonly tls_key_file: string;
}

interface Certificate {
  readonly cert: string;
  readonly key: string;
}

interface Maker {
  makeCertificate(request: object, issuer?: Certificate): Certificate;
}

/** Makes an authority and a server's certificate into `build/certificates/`, where the programs look for them. */
export async function makeCertificates(): Promise<CertificateFiles> {
  const { makeCertificate } = (await import(MAKER.href)) as Maker;
  const validity = { validFrom: new Date(Date.now() - DAY_MS), validTo: new Date(Date.now() + 30 * DAY_MS) };
  const authority = makeCertificate({ commonName: "interop-ca", use: "authority", ...validity });
  const request = { commonName: "*.test.google.fr", use: "server", names: SERVER_NAMES, ...validity };
  const server = makeCertificate(request, authority);
  mkdirSync(FOLDER, { recursive: true });
  return {
    ca_file: written("ca.pem", authority.cert),
    tls_cert_file: written("server1.pem", server.cert),
    tls_key_file: written("server1.key", server.key),
  };
}

function written(name: string, text: string): string {
  const file = join(FOLDER, name);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
