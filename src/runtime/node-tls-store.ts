import { statSync } from "node:fs";
import { resolve } from "node:path";
import { isFault } from "./files.js";
import { nodeFiles } from "./node-files.js";
import { checkedMaterial, type PartNames, type TlsParts } from "./node-tls-material.js";
import type { TlsMaterial, TlsMaterialSource, TlsVersion } from "./tls.js";

/** Files that hold certificates and keys in PEM. */
export interface TlsFiles {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Files are looked at when a connection is made, but not more often than this: a rush of connections costs no disk. */
const LOOK_INTERVAL_MS = 1_000;

/** The bundle of all authorities that a system trusts has a quarter of that. */
const FILE_BYTES_MAX = 1024 * 1024;

/** Certificates and keys that may change while connections are made: replaced by the program, or read again from their files. */
export class TlsMaterialStore implements TlsMaterialSource {
  private readonly minVersion: TlsVersion;
  private readonly onReloadError: (error: Error) => void;
  private readonly now: () => number;
  private parts: TlsParts;
  private files: TlsFiles;
  private material: TlsMaterial;
  private lookedMs: number;
  /** What the files looked like when they were last read well. */
  private seen: string;
  private lastComplaint: string | undefined = undefined;

  /**
   * `onReloadError`: files have changed and are no good; what was read before stays. Told once for each reason.
   * @throws TypeError that says what is wrong with the parts or files
   */
  constructor(options: {
    readonly parts: TlsParts;
    readonly files: TlsFiles;
    readonly minVersion: TlsVersion;
    readonly onReloadError?: (error: Error) => void;
    readonly now?: () => number;
  }) {
    const { caFile, certFile, keyFile } = options.files;
    this.parts = options.parts;
    this.files = {
      caFile: caFile && resolve(caFile),
      certFile: certFile && resolve(certFile),
      keyFile: keyFile && resolve(keyFile),
    };
    this.minVersion = options.minVersion;
    this.onReloadError = options.onReloadError ?? warn;
    this.now = options.now ?? (() => performance.now());
    this.lookedMs = this.now();
    this.seen = looks(this.files);
    this.material = this.read(this.parts, this.files);
  }

  current(): TlsMaterial {
    if (this.seen !== "" && this.now() - this.lookedMs >= LOOK_INTERVAL_MS) this.look();
    return this.material;
  }

  /** Replaces the parts that are given; a part from a file is not read from there again. @throws TypeError */
  update(given: TlsParts): void {
    const parts = { ...this.parts, ...given };
    const files = {
      caFile: given.ca === undefined ? this.files.caFile : undefined,
      certFile: given.cert === undefined ? this.files.certFile : undefined,
      keyFile: given.key === undefined ? this.files.keyFile : undefined,
    };
    const seen = looks(files);
    this.material = this.read(parts, files);
    this.parts = parts;
    this.files = files;
    this.seen = seen;
  }

  private look(): void {
    this.lookedMs = this.now();
    const seen = looks(this.files);
    if (seen === this.seen) return;
    try {
      this.material = this.read(this.parts, this.files);
      this.seen = seen;
      this.lastComplaint = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (message === this.lastComplaint) return;
      this.lastComplaint = message;
      this.onReloadError(new Error(`${message}; the certificates read before stay in use`, { cause: error }));
    }
  }

  private read(parts: TlsParts, { caFile, certFile, keyFile }: TlsFiles): TlsMaterial {
    const names: PartNames = {
      ca: caFile === undefined ? "ca" : `caFile ${caFile}`,
      cert: certFile === undefined ? "cert" : `certFile ${certFile}`,
      key: keyFile === undefined ? "key" : `keyFile ${keyFile}`,
    };
    const all = {
      ca: caFile === undefined ? parts.ca : contentOf(caFile, names.ca),
      cert: certFile === undefined ? parts.cert : contentOf(certFile, names.cert),
      key: keyFile === undefined ? parts.key : contentOf(keyFile, names.key),
      passphrase: parts.passphrase,
    };
    return checkedMaterial(all, this.minVersion, names);
  }
}

function contentOf(path: string, name: string): Uint8Array {
  const content = nodeFiles().read(path, FILE_BYTES_MAX);
  if (isFault(content)) throw new TypeError(`${name} cannot be read: ${content.fault}`);
  return content;
}

/** Changes whenever one of the files is written, replaced or linked anew. Empty if there are none. */
function looks({ caFile, certFile, keyFile }: TlsFiles): string {
  const paths = [caFile, certFile, keyFile].filter((path) => path !== undefined);
  return paths.map(look).join(" ");
}

function look(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch {
    return "missing";
  }
}

function warn(error: Error): void {
  process.emitWarning(error);
}
