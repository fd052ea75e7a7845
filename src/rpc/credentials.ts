import type { Pem, TlsParts } from "../runtime/node-tls-material.js";
import { type TlsFiles, TlsMaterialStore } from "../runtime/node-tls-store.js";
import type { PipeError } from "../runtime/runtime.js";
import {
  type TlsClientSettings,
  type TlsServerSettings,
  TlsSessions,
  type TlsVersion,
} from "../runtime/tls.js";
import { throwLater } from "./throw-later.js";

/** How a connection is secured; the same kind of value for `listen` and for a channel. */
export abstract class Credentials {
  abstract readonly kind: "insecure" | "tls";

  /** For a channel, to a server whose host is `host`; undefined for plain text. */
  abstract forClient(host: string): ClientSecurity | undefined;

  /** For a listener; undefined for plain text. @throws TypeError without a certificate */
  abstract forServer(onFailure: (error: PipeError) => void): TlsServerSettings | undefined;

  /** Plain text: whoever sees the network sees and can change everything. Asked for by name, never a default over TCP. */
  static insecure(): Credentials {
    return new InsecureCredentials();
  }

  /**
   * TLS 1.2 or newer, with HTTP/2 agreed on. A server needs `cert` and `key`. A client needs nothing where the
   * system trusts the server's authority, `ca` where not, and `cert` and `key` where the server asks for them.
   * @throws TypeError that says what is wrong with a certificate, a key or a file
   */
  static tls(options: TlsOptions = {}): TlsCredentials {
    return new TlsCredentials(options);
  }
}

/** What {@link Credentials} say to a channel. */
export interface ClientSecurity {
  readonly settings: TlsClientSettings;
  /** The `:authority` of calls, where it is not the target's. */
  readonly authority: string | undefined;
}

class InsecureCredentials extends Credentials {
  readonly kind = "insecure";

  forClient(): undefined {}

  forServer(): undefined {}
}

/** Certificates and keys in PEM, or the files that hold them, for one end of a connection. */
export interface TlsOptions extends TlsFiles {
  /** Whom to trust: certificates of authorities. Default: those that the system trusts. */
  readonly ca?: Pem | readonly Pem[];
  /** Our certificate, and behind it those between it and the authority, if any. */
  readonly cert?: Pem;
  /** The private key of `cert`. */
  readonly key?: Pem;
  /** Opens `key` where it is encrypted. */
  readonly passphrase?: string;
  /** As `ca`. Files are read again, at most once a second, when a connection is made and they have changed. */
  readonly caFile?: string;
  /** As `cert`. */
  readonly certFile?: string;
  /** As `key`. */
  readonly keyFile?: string;
  /**
   * Client: the name that the server's certificate has to be for, and the `:authority` of calls. Default: the host of
   * the target; `localhost` for Unix sockets.
   */
  readonly serverName?: string;
  /**
   * Server: whether clients have to show a certificate, or may, or are not asked. One that is shown has to be issued
   * by `ca`, which is needed then. Default: `"none"`.
   */
  readonly clientCertificate?: "none" | "request" | "require";
  /** Default: `"TLSv1.2"`, which is the oldest that there is. */
  readonly minVersion?: TlsVersion;
  /**
   * Files have changed and are no good, for example a key that does not belong to its certificate; what was read before
   * stays in use. Told once for each reason. Default: a warning of the process.
   */
  readonly onReloadError?: (error: Error) => void;
}

/** What {@link TlsCredentials.update} can replace. */
export type TlsUpdate = Pick<TlsParts, "ca" | "cert" | "key" | "passphrase">;

/** TLS, with certificates that can be replaced while servers and channels use them. */
export class TlsCredentials extends Credentials {
  readonly kind = "tls";
  private readonly store: TlsMaterialStore;
  private readonly serverName: string | undefined;
  private readonly clientCertificate: "none" | "request" | "require";

  /** @throws TypeError */
  constructor(options: TlsOptions) {
    super();
    const { ca, cert, key, passphrase, caFile, certFile, keyFile, minVersion = "TLSv1.2" } = options;
    const { serverName, clientCertificate = "none", onReloadError } = options;
    checkChoice("minVersion", minVersion, ["TLSv1.2", "TLSv1.3"]);
    checkChoice("clientCertificate", clientCertificate, ["none", "request", "require"]);
    checkOnce("ca", ca, caFile);
    checkOnce("cert", cert, certFile);
    checkOnce("key", key, keyFile);
    if (clientCertificate !== "none" && ca === undefined && caFile === undefined)
      throw new TypeError(
        `clientCertificate: "${clientCertificate}" needs ca or caFile: the authority whose clients are let in`,
      );
    if (serverName === "")
      throw new TypeError(
        "serverName is empty: give the name that the server's certificate is for, or leave it out for the target's host",
      );
    this.serverName = serverName;
    this.clientCertificate = clientCertificate;
    this.store = new TlsMaterialStore({
      parts: { ca, cert, key, passphrase },
      files: { caFile, certFile, keyFile },
      minVersion,
      onReloadError: onReloadError && ((error) => guarded(() => onReloadError(error))),
    });
  }

  /**
   * Replaces what is given, for connections that are made from now on; those that stand stay as they are.
   * @throws TypeError that says what is wrong; then nothing is replaced
   */
  update(parts: TlsUpdate): void {
    this.store.update(parts);
  }

  forClient(host: string): ClientSecurity {
    const { store, serverName } = this;
    const settings = { source: store, serverName: serverName ?? host, sessions: new TlsSessions() };
    return { settings, authority: serverName };
  }

  forServer(onFailure: (error: PipeError) => void): TlsServerSettings {
    if (this.store.current().cert === undefined)
      throw new TypeError(
        "a server needs a certificate: Credentials.tls({ cert, key }), or certFile and keyFile",
      );
    return { source: this.store, clientCertificate: this.clientCertificate, onFailure };
  }
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value))
    throw new TypeError(
      `${name} is ${JSON.stringify(value)}: it must be ${choices.map((one) => `"${one}"`).join(" or ")}`,
    );
}

function checkOnce(name: string, given: unknown, file: string | undefined): void {
  if (given !== undefined && file !== undefined) throw new TypeError(`give ${name} or ${name}File, not both`);
}

function guarded(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    throwLater(error);
  }
}
