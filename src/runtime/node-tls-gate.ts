import type * as net from "node:net";
import type { Server, TLSSocket } from "node:tls";
import { formatAddress } from "./address.js";
import { loadTls } from "./node-builtins.js";
import { securityOf } from "./node-peer-certificate.js";
import { acceptPipe, remoteAddress } from "./node-pipe.js";
import { NO_H2, serverTlsError } from "./node-tls-error.js";
import { secureContextOptions } from "./node-tls-material.js";
import { type AcceptedPipe, type Address, PipeError } from "./runtime.js";
import type { TlsMaterial, TlsServerSettings } from "./tls.js";

/** From the first byte on; clients at the other end of the world need a second. */
const HANDSHAKE_MS_MAX = 10_000;

/** Handshakes under way at once: they cost about 64 MiB, and a second of work. Beyond it connections are closed at once, and clients come again later. */
const HANDSHAKES_MAX = 1024;

/**
 * Lets connections of a listener in once their TLS handshake is done and they have agreed on HTTP/2. What fails is
 * told to `settings.onFailure`. Each new connection gets the certificates that are in force then.
 */
export class TlsGate {
  private readonly settings: TlsServerSettings;
  private readonly address: Address;
  private readonly onPipe: (pipe: AcceptedPipe) => void;
  private readonly handshakeMsMax: number;
  private readonly handshakesMax: number;
  /** Never listens itself; keeps the keys of the session tickets. */
  private readonly server: Server;
  private readonly handshakes = new Map<net.Socket, NodeJS.Timeout>();
  /** What was tried last; where it was refused, what was in force before still is. */
  private material: TlsMaterial;

  constructor(
    settings: TlsServerSettings,
    address: Address,
    onPipe: (pipe: AcceptedPipe) => void,
    limits: { readonly handshakeMsMax?: number; readonly handshakesMax?: number } = {},
  ) {
    this.settings = settings;
    this.address = address;
    this.onPipe = onPipe;
    this.handshakeMsMax = limits.handshakeMsMax ?? HANDSHAKE_MS_MAX;
    this.handshakesMax = limits.handshakesMax ?? HANDSHAKES_MAX;
    this.material = settings.source.current();
    this.server = loadTls().createServer({
      ...secureContextOptions(this.material),
      ALPNProtocols: ["h2"],
      requestCert: settings.clientCertificate !== "none",
      rejectUnauthorized: settings.clientCertificate === "require",
    });
  }

  /** Starts the handshake on a socket that was accepted just now, without `allowHalfOpen`: a pipe gets that afterwards. */
  accept(socket: net.Socket): void {
    const peer = `connection from ${formatAddress(remoteAddress(socket) ?? this.address)}`;
    if (this.handshakes.size >= this.handshakesMax) {
      this.refuse(socket, peer, "EBUSY", `${this.handshakesMax} TLS handshakes are under way`);
      return;
    }
    this.refresh();
    const tooLong = `the TLS handshake took more than ${this.handshakeMsMax / 1000} s`;
    const timer = setTimeout(() => this.refuse(socket, peer, "ETIMEDOUT", tooLong), this.handshakeMsMax);
    this.handshakes.set(socket, timer.unref());
    this.handshake(socket, {
      onSecure: (secured) => {
        if (this.forget(socket)) this.admit(secured, peer);
      },
      onFailure: (error, secured) => {
        if (this.forget(socket)) this.settings.onFailure(serverTlsError(error, peer, verifyCode(secured)));
        secured.destroy();
      },
    });
  }

  /** Cuts off the handshakes that are under way. */
  close(): void {
    for (const socket of [...this.handshakes.keys()]) {
      this.forget(socket);
      socket.destroy();
    }
  }

  /**
   * Tickets of earlier sessions end with the certificates that they were made under. Does not throw: a certificate
   * that cannot be used costs a warning, and no connection.
   */
  private refresh(): void {
    try {
      const material = this.settings.source.current();
      if (material === this.material) return;
      this.material = material;
      this.server.setSecureContext(secureContextOptions(material));
    } catch (error) {
      const { code = "EUNKNOWN", message } = error as NodeJS.ErrnoException;
      const what = `new certificates for ${formatAddress(this.address)} cannot be used`;
      const wayOut = "those before stay in use until others are given";
      process.emitWarning(new PipeError(code, `${what}: ${message}; ${wayOut} (${code})`, { cause: error }));
    }
  }

  /** Node tells what became of a connection by the server that got it, not by the connection: each gets a view of ours. */
  private handshake(
    socket: net.Socket,
    told: { onSecure(secured: TLSSocket): void; onFailure(error: Error, secured: TLSSocket): void },
  ): void {
    const view = Object.create(this.server, {
      emit: {
        value: (event: string, ...values: unknown[]) => {
          if (event === "secureConnection") told.onSecure(values[0] as TLSSocket);
          else if (event === "tlsClientError") told.onFailure(values[0] as Error, values[1] as TLSSocket);
          else return false;
          return true;
        },
      },
    });
    for (const start of this.server.listeners("connection")) start.call(view, socket);
  }

  private admit(socket: TLSSocket, peer: string): void {
    // "request" lets clients without a certificate in, but none with a wrong one.
    const security = securityOf(socket);
    const fault = security.peerCertificate === undefined ? undefined : verifyCode(socket);
    if (socket.alpnProtocol === "h2" && fault === undefined) {
      socket.allowHalfOpen = true;
      this.onPipe(acceptPipe(socket, this.address, security));
      return;
    }
    socket.on("error", () => {});
    socket.destroy();
    const noProtocol = new PipeError(
      "ERR_NO_APPLICATION_PROTOCOL",
      `${peer} failed: ${NO_H2} (ERR_NO_APPLICATION_PROTOCOL)`,
    );
    this.settings.onFailure(fault === undefined ? noProtocol : serverTlsError(new Error(fault), peer, fault));
  }

  private refuse(socket: net.Socket, peer: string, code: string, reason: string): void {
    this.forget(socket);
    socket.destroy();
    this.settings.onFailure(new PipeError(code, `${peer} refused: ${reason} (${code})`));
  }

  /** False if it was over already. */
  private forget(socket: net.Socket): boolean {
    clearTimeout(this.handshakes.get(socket));
    return this.handshakes.delete(socket);
  }
}

/** What is wrong with the certificate that a client has shown; Node's types take the code for an error. */
function verifyCode(socket: TLSSocket): string | undefined {
  const code: unknown = socket.authorizationError;
  return typeof code === "string" ? code : undefined;
}
