import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Certificate, certificate, testAuthority, weakCertificate } from "./certificates.test.util.js";
import { TlsMaterialStore } from "./node-tls-store.js";

const [FIRST, SECOND] = [certificate({ commonName: "first" }), certificate({ commonName: "second" })];

let folder: string;
let certFile: string;
let keyFile: string;
let nowMs: number;
let complaints: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "redoubt-"));
  certFile = join(folder, "cert.pem");
  keyFile = join(folder, "key.pem");
  nowMs = 0;
  complaints = [];
  put(FIRST);
});

afterEach(() => rmSync(folder, { recursive: true }));

function put({ cert, key }: Pick<Certificate, "cert" | "key">): void {
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
}

function store(): TlsMaterialStore {
  return new TlsMaterialStore({
    parts: {},
    files: { certFile, keyFile },
    minVersion: "TLSv1.2",
    onReloadError: ({ message }) => complaints.push(message),
    now: () => nowMs,
  });
}

test("material stays the same object while its files do", () => {
  const files = store();
  const material = files.current();
  nowMs += 5_000;
  expect(files.current()).toBe(material);
  expect(material.cert).toBe(FIRST.cert);
});

test("changed files are read again, but not more than once a second", () => {
  const files = store();
  put(SECOND);
  nowMs = 999;
  expect(files.current().cert).toBe(FIRST.cert);
  nowMs = 1_000;
  expect(files.current().cert).toBe(SECOND.cert);
  put(FIRST);
  nowMs = 1_999;
  expect(files.current().cert).toBe(SECOND.cert);
  nowMs = 2_000;
  expect(files.current().cert).toBe(FIRST.cert);
  expect(complaints).toEqual([]);
});

test("files that are no good are told once for each reason, and tried again", () => {
  const files = store();
  const look = () => {
    nowMs += 1_000;
    return files.current().cert;
  };
  writeFileSync(certFile, "half a certif");
  expect([look(), look()]).toEqual([FIRST.cert, FIRST.cert]);
  rmSync(certFile);
  expect([look(), look()]).toEqual([FIRST.cert, FIRST.cert]);
  const stays = "the certificates read before stay in use";
  expect(complaints).toEqual([
    `certFile ${certFile} holds no certificate in PEM (-----BEGIN CERTIFICATE-----); ${stays}`,
    `certFile ${certFile} cannot be read: no such file or directory; ${stays}`,
  ]);
  put(SECOND);
  expect(look()).toBe(SECOND.cert);
  rmSync(certFile);
  look();
  expect(complaints).toHaveLength(3);
});

test("an update takes the place of a file, which is not read again", () => {
  const files = store();
  files.update(SECOND);
  put(FIRST);
  nowMs = 1_000;
  expect(files.current().cert).toBe(SECOND.cert);
  files.update({ ca: testAuthority().cert });
  expect(files.current()).toMatchObject({ cert: SECOND.cert, ca: [testAuthority().cert] });
});

test("what OpenSSL refuses is no good either, in files or by an update", () => {
  const files = store();
  const weak = weakCertificate();
  const reason =
    "is refused by OpenSSL: a key is too small; take RSA of 2048 bits or more, or P-256 (ERR_SSL_EE_KEY_TOO_SMALL)";
  put(weak);
  nowMs = 1_000;
  expect(files.current().cert).toBe(FIRST.cert);
  expect(complaints).toEqual([`certFile ${certFile} ${reason}; the certificates read before stay in use`]);
  expect(() => files.update(weak)).toThrow(new TypeError(`cert ${reason}`));
  expect(files.current().cert).toBe(FIRST.cert);
});
