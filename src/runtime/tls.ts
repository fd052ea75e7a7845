import type { PipeError } from "./runtime.js";

/** What one end of a TLS connection shows and trusts. Has been checked: it is well-formed, and the key belongs to the certificate. */
export interface TlsMaterial {
  /** The authorities whose certificates are trusted, in PEM; undefined for those that the system trusts. */
  readonly ca: readonly string[] | undefined;
  /** Our certificate, with those between it and its authority behind it, in PEM. */
  readonly cert: string | undefined;
  /** In PEM, not encrypted. */
  readonly key: string | undefined;
  /** The oldest protocol version that is spoken. */
  readonly minVersion: TlsVersion;
}

export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** Where material comes from that may be replaced while connections are made. */
export interface TlsMaterialSource {
  /** For a connection that is made now; the same object for as long as nothing has been replaced. */
  current(): TlsMaterial;
}

/** How a pipe that we open is secured. HTTP/2 is asked for (ALPN `h2`), and a server that does not agree is refused. */
export interface TlsClientSettings {
  readonly source: TlsMaterialSource;
  /** The name or IP address that the server's certificate has to be for. */
  readonly serverName: string;
  /** Where sessions are kept from one connection to the next. */
  readonly sessions: TlsSessions;
}

/** How pipes that a listener accepts are secured. Clients that do not offer HTTP/2 (ALPN `h2`) are refused. */
export interface TlsServerSettings {
  readonly source: TlsMaterialSource;
  /** Whether clients are asked for a certificate, and whether they may come without. One that is shown must hold good. */
  readonly clientCertificate: "none" | "request" | "require";
  /** A connection did not come to be, for this reason. */
  readonly onFailure: (error: PipeError) => void;
}

/**
 * The last session with one server, to be resumed by the next connection. One is enough: every connection brings new
 * ones. A session is bound to the material that was in force: after a change the server has to prove itself again.
 */
export class TlsSessions {
  private session: Uint8Array | undefined = undefined;
  private material: TlsMaterial | undefined = undefined;

  put(session: Uint8Array, material: TlsMaterial): void {
    this.session = session;
    this.material = material;
  }

  get(material: TlsMaterial): Uint8Array | undefined {
    return this.material === material ? this.session : undefined;
  }
}

/** What the two ends of a pipe have agreed on, and who the peer has proved to be. */
export interface PipeSecurity {
  /** `TLSv1.3` or `TLSv1.2`. */
  readonly protocol: string;
  /** By the standard's name, such as `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  /** The application protocol: `h2`. */
  readonly alpnProtocol: string | undefined;
  /** An earlier session goes on: no certificates were exchanged anew. */
  readonly isResumed: boolean;
  /** Undefined where the peer has shown none. */
  readonly peerCertificate: PeerCertificate | undefined;
}

/** The certificate that a peer has shown. */
export interface PeerCertificate {
  /** Whom it names, such as `CN=client,O=Example`. */
  readonly subject: string;
  /** The names that it is for: `DNS:localhost`, `IP Address:127.0.0.1`, `URI:spiffe://…`. */
  readonly subjectAltNames: readonly string[];
  /** Who has signed it, in the form of `subject`. */
  readonly issuer: string;
  /** In hexadecimal digits. */
  readonly serialNumber: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** SHA-256 of the whole certificate: `AB:CD:…`. */
  readonly fingerprint256: string;
  /** The certificate itself, in DER. */
  readonly raw: Uint8Array;
  /** An authority that we trust stands behind it. */
  readonly isVerified: boolean;
}
