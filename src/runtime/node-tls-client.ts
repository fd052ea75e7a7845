import type { X509Certificate } from "node:crypto";
import type * as net from "node:net";
import { isIP } from "node:net";
import type { ConnectionOptions, SecureContext, TLSSocket } from "node:tls";
import { loadTls } from "./node-builtins.js";
import { peerCertificateOf, securityOf } from "./node-peer-certificate.js";
import { clientTlsError, endedAfterHandshake, SERVER_NOT_VERIFIED } from "./node-tls-error.js";
import { secureContextOptions } from "./node-tls-material.js";
import type { PipeError } from "./runtime.js";
import type { PipeSecurity, TlsClientSettings, TlsMaterial } from "./tls.js";

/** What OpenSSL has made of material, so that it is done once. */
export class SecureContexts {
  private readonly made = new WeakMap<TlsMaterial, SecureContext>();

  of(material: TlsMaterial): SecureContext {
    let context = this.made.get(material);
    if (context === undefined) {
      context = loadTls().createSecureContext(secureContextOptions(material));
      this.made.set(material, context);
    }
    return context;
  }
}

/** The client's end of a TLS connection, from the first byte of the handshake on. */
export class TlsClientEnd {
  readonly socket: TLSSocket;
  private readonly settings: TlsClientSettings;
  private readonly material: TlsMaterial;
  private certificate: X509Certificate | undefined;

  constructor(
    options: net.NetConnectOpts,
    settings: TlsClientSettings,
    contexts: SecureContexts,
    onOpen: (security: PipeSecurity) => void,
  ) {
    this.settings = settings;
    this.material = settings.source.current();
    const { serverName, sessions } = settings;
    const { connect, checkServerIdentity } = loadTls();
    const session = sessions.get(this.material);
    this.socket = connect({
      ...(options as ConnectionOptions),
      secureContext: contexts.of(this.material),
      ALPNProtocols: ["h2"],
      // Said outright: the default is that of NODE_TLS_REJECT_UNAUTHORIZED in the environment.
      rejectUnauthorized: true,
      // RFC 6066 §3: the server is not told an IP address.
      servername: isIP(serverName) === 0 ? serverName : undefined,
      checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
      session: session === undefined ? undefined : Buffer.from(session),
    });
    // Before Node looks at the certificate: afterwards, where that is refused, there is no asking for it any more.
    this.socket.prependOnceListener("secure", () => {
      this.certificate = peerCertificateOf(this.socket);
    });
    this.socket.on("session", (fresh) => sessions.put(fresh, this.material));
    this.socket.once("secureConnect", () => this.open(onOpen));
  }

  explain(error: Error, subject: string): PipeError {
    const isReset = (error as NodeJS.ErrnoException).code === "ECONNRESET" && this.certificate !== undefined;
    return (isReset ? this.earlyEnd(subject) : undefined) ?? clientTlsError(error, subject, this.facts);
  }

  /** The error where the server has ended the connection before it said anything; else undefined. */
  earlyEnd(subject: string): PipeError | undefined {
    return this.socket.bytesRead === 0 ? endedAfterHandshake(subject, this.facts) : undefined;
  }

  private open(onOpen: (security: PipeSecurity) => void): void {
    const { socket } = this;
    if (!socket.authorized) socket.destroy(notVerified(socket));
    else if (socket.alpnProtocol === "h2") onOpen(securityOf(socket));
    else socket.destroy(noProtocol());
  }

  private get facts() {
    return {
      serverName: this.settings.serverName,
      certificate: this.certificate,
      hasOwnCertificate: this.material.cert !== undefined,
    };
  }
}

/** With the code of what is wrong with the server's certificate; Node's types take that for an error. */
function notVerified({ authorizationError }: TLSSocket): Error {
  const code: unknown = authorizationError;
  return Object.assign(new Error("the server's certificate was not verified"), {
    code: typeof code === "string" ? code : SERVER_NOT_VERIFIED,
  });
}

function noProtocol(): Error {
  return Object.assign(new Error("no application protocol"), { code: "ERR_NO_APPLICATION_PROTOCOL" });
}
