import type { KeyObject, X509Certificate } from "node:crypto";
import { loadCrypto, loadTls } from "./node-builtins.js";
import { oneLine } from "./node-peer-certificate.js";
import type { TlsMaterial, TlsVersion } from "./tls.js";

/** Text in PEM, or its bytes. */
export type Pem = string | Uint8Array;

/** Certificates and keys as they were given. */
export interface TlsParts {
  readonly ca?: Pem | readonly Pem[];
  readonly cert?: Pem;
  readonly key?: Pem;
  readonly passphrase?: string;
}

/** What each part is called where something is wrong with it. */
export type PartNames = Readonly<Record<"ca" | "cert" | "key", string>>;

export const PART_NAMES: PartNames = { ca: "ca", cert: "cert", key: "key" };

/**
 * Looks at certificates and keys before they are used: OpenSSL would pass over some mistakes in silence.
 * @throws TypeError that says what is wrong
 */
export function checkedMaterial(
  { ca, cert, key, passphrase }: TlsParts,
  minVersion: TlsVersion,
  names: PartNames = PART_NAMES,
): TlsMaterial {
  if ((cert === undefined) !== (key === undefined))
    throw new TypeError(
      cert === undefined
        ? `${names.key} needs the certificate that it belongs to: give cert or certFile as well`
        : `${names.cert} needs its private key: give key or keyFile as well`,
    );
  const trusted =
    ca === undefined ? undefined : (Array.isArray(ca) ? ca : [ca]).map((one) => textOf(one, names.ca));
  for (const text of trusted ?? []) certificatesIn(text, names.ca);
  if (trusted?.length === 0)
    throw new TypeError(
      `${names.ca} is an empty list: nobody would be trusted; leave it out to trust whom the system trusts`,
    );
  if (cert === undefined || key === undefined)
    return accepted({ ca: trusted, cert: undefined, key: undefined, minVersion }, names.ca);
  const chain = textOf(cert, names.cert);
  const [leaf] = certificatesIn(chain, names.cert);
  const privateKey = privateKeyIn(textOf(key, names.key), passphrase, names.key);
  if (!leaf.checkPrivateKey(privateKey))
    throw new TypeError(
      `${names.key} does not belong to ${names.cert}: that is the certificate of ${oneLine(leaf.subject)}, made for another key; its own certificate has to come first in the file`,
    );
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  return accepted({ ca: trusted, cert: chain, key: pkcs8, minVersion }, names.cert);
}

/** What OpenSSL makes a context for TLS of. */
export function secureContextOptions({ ca, cert, key, minVersion }: TlsMaterial) {
  return { ca: ca === undefined ? undefined : [...ca], cert, key, minVersion };
}

/** `material`, once OpenSSL has taken it: it has rules of its own, as for the size of keys. @throws TypeError */
function accepted(material: TlsMaterial, name: string): TlsMaterial {
  if (material.ca === undefined && material.cert === undefined) return material;
  try {
    loadTls().createSecureContext(secureContextOptions(material));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new TypeError(`${name} is refused by OpenSSL: ${wayOut(code)} (${code ?? message})`, { cause });
  }
  return material;
}

function wayOut(code = ""): string {
  if (/KEY_TOO_SMALL$/.test(code)) return "a key is too small; take RSA of 2048 bits or more, or P-256";
  if (/MD_TOO_WEAK$/.test(code)) return "a signature is too weak; have it signed with SHA-256 or better";
  return "its rules do not allow such a certificate or key; have a new one made";
}

function textOf(given: unknown, name: string): string {
  if (typeof given === "string") return given;
  if (given instanceof Uint8Array)
    return Buffer.from(given.buffer, given.byteOffset, given.length).toString("latin1");
  throw new TypeError(`${name} takes PEM as a string or a Uint8Array`);
}

function certificatesIn(text: string, name: string): X509Certificate[] {
  const { X509Certificate } = loadCrypto();
  const blocks = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  if (blocks.length === 0)
    throw new TypeError(
      `${name} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)${insteadOf(text)}`,
    );
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      const which = blocks.length === 1 ? "the certificate" : `certificate ${index + 1} of ${blocks.length}`;
      throw new TypeError(`${name}: ${which} is damaged: its PEM cannot be read`, { cause });
    }
  });
}

function privateKeyIn(text: string, passphrase: string | undefined, name: string): KeyObject {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw new TypeError(
      `${name} holds no private key in PEM (-----BEGIN PRIVATE KEY-----)${insteadOf(text)}`,
    );
  const isEncrypted = /ENCRYPTED/.test(text);
  if (isEncrypted && passphrase === undefined)
    throw new TypeError(`${name} is encrypted: give its passphrase as well`);
  try {
    return loadCrypto().createPrivateKey({ key: text, passphrase });
  } catch (cause) {
    const reason = isEncrypted
      ? "the passphrase does not open it, or it is damaged"
      : "the key is damaged: its PEM cannot be read";
    throw new TypeError(`${name}: ${reason}`, { cause });
  }
}

/** What a text that is not what was expected may be. */
function insteadOf(text: string): string {
  if (text.trim() === "") return ": it is empty";
  const [, label] = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text) ?? [];
  if (label !== undefined) return `: it holds a ${label.toLowerCase()}`;
  return /^[\w./\\~-]+\.\w+$/.test(text)
    ? "; for the path of a file there are caFile, certFile and keyFile"
    : "";
}
