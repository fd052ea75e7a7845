import { once } from "node:events";
import type * as net from "node:net";
import * as tls from "node:tls";
import { Channel, Credentials, type PipeError, Server, Status, stub, type TlsOptions } from "@redoubt/rpc";
import { describe, expect, it, vi } from "vitest";
import {
  authority,
  type Certificate,
  certificate,
  daysFromNow,
  testAuthority,
} from "../../src/runtime/certificates.test.util.js";
import { Echo } from "../gen/echo_pb.js";
import { cleanUp, ECHO, failureOf, installChecks, until } from "./harness.js";

installChecks();

/** The object that the package takes its functions from. */
const builtinTls = process.getBuiltinModule("node:tls");

const ca = testAuthority().cert;
const SERVER = certificate();
const CLIENT = certificate({ use: "client", commonName: "test-client" });
const MUTUAL = { clientCertificate: "require", ca } as const;

/** One thing that is wrong, and what both ends say of it: addresses and times are put in by name. */
interface Fault {
  /** What the server shows; default: a good one. */
  readonly shows?: Certificate;
  readonly server?: TlsOptions;
  readonly client?: TlsOptions;
  readonly says: string | RegExp;
  readonly told?: string | RegExp;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  "an expired certificate": {
    shows: certificate({ validFrom: daysFromNow(-9), validTo: daysFromNow(-2) }),
    says: "connection to ADDRESS failed: the server's certificate (CN=test-server) expired on TIME; the server needs a new one (CERT_HAS_EXPIRED)",
  },
  "a certificate of the future": {
    shows: certificate({ validFrom: daysFromNow(2) }),
    says: "connection to ADDRESS failed: the server's certificate (CN=test-server) is valid from TIME on, not yet; is a clock wrong? (CERT_NOT_YET_VALID)",
  },
  "a certificate for other hosts": {
    shows: certificate({ names: ["db.example.com", "*.example.org"] }),
    says: "connection to ADDRESS failed: the server's certificate (CN=test-server) is for db.example.com, *.example.org, not for 127.0.0.1; connect by one of these names, or give it as serverName (ERR_TLS_CERT_ALTNAME_INVALID)",
  },
  "a certificate for other hosts than serverName": {
    client: { ca, serverName: "db.example.com" },
    says: "connection to ADDRESS failed: the server's certificate (CN=test-server) is for localhost, 127.0.0.1, 0:0:0:0:0:0:0:1, not for db.example.com; connect by one of these names, or give it as serverName (ERR_TLS_CERT_ALTNAME_INVALID)",
  },
  "a certificate for no host": {
    shows: certificate({ names: [] }),
    says: "connection to ADDRESS failed: the server's certificate (CN=test-server) is for no host name at all, not for 127.0.0.1; connect by one of these names, or give it as serverName (ERR_TLS_CERT_ALTNAME_INVALID)",
  },
  "a self-signed certificate": {
    shows: certificate({}, "self"),
    says: "connection to ADDRESS failed: the server's certificate (CN=test-server) is self-signed and not trusted; give it as ca if it is the right one (DEPTH_ZERO_SELF_SIGNED_CERT)",
  },
  "an issuer that the client does not know": {
    shows: certificate({}, authority("other-ca")),
    says: "connection to ADDRESS failed: the issuer of the server's certificate (CN=test-server), CN=other-ca, is not known; give its certificate as ca, or let the server send it behind its own (in cert) (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
  },
  "an issuer that the system does not know": {
    client: {},
    says: "connection to ADDRESS failed: the issuer of the server's certificate (CN=test-server), CN=test-ca, is not known; give its certificate as ca, or let the server send it behind its own (in cert) (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
  },
  "an authority of the same name and another key": {
    shows: certificate({}, authority()),
    says: /^connection to ADDRESS failed: the (?:issuer of the )?server's certificate \(CN=test-server\)/,
  },
  "a chain whose authority is not known": {
    shows: withChain(authority("other-ca")),
    says: "connection to ADDRESS failed: the authority of the server's certificate (CN=test-server) is not trusted; give its certificate as ca (SELF_SIGNED_CERT_IN_CHAIN)",
  },
  "a certificate that is for clients": {
    shows: certificate({ use: "client", names: ["127.0.0.1"] }),
    says: "connection to ADDRESS failed: the certificate (CN=test-server) that the server shows is not made for servers; it needs one with the extended key usage serverAuth (INVALID_PURPOSE)",
  },
  "no certificate of the client": {
    server: MUTUAL,
    says: "connection to ADDRESS failed: the server asks for a certificate of the client: give cert and key (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)",
    told: "connection from PEER failed: the client has shown no certificate (ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE)",
  },
  "a certificate of the client by an unknown issuer": {
    server: MUTUAL,
    client: { ca, ...keyPair(certificate({ use: "client" }, authority("other-ca"))) },
    says: "connection to ADDRESS ended by the server right after the TLS handshake, as by one that does not accept the client's certificate (cert) (ECONNRESET)",
    told: "connection from PEER failed: the client's certificate was issued by nobody in ca (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
  },
  "the same, where clients may come without one": {
    server: { clientCertificate: "request", ca },
    client: { ca, ...keyPair(certificate({ use: "client" }, authority("other-ca"))) },
    says: "connection to ADDRESS ended by the server right after the TLS handshake, as by one that does not accept the client's certificate (cert) (ECONNRESET)",
    told: "connection from PEER failed: the client's certificate was issued by nobody in ca (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
  },
  "an expired certificate of the client": {
    server: MUTUAL,
    client: { ca, ...keyPair(certificate({ use: "client", validTo: daysFromNow(-0.5) })) },
    says: "connection to ADDRESS ended by the server right after the TLS handshake, as by one that does not accept the client's certificate (cert) (ECONNRESET)",
    told: "connection from PEER failed: the client's certificate has expired (CERT_HAS_EXPIRED)",
  },
  "a certificate of the client that is for servers": {
    server: MUTUAL,
    client: { ca, ...keyPair(SERVER) },
    says: "connection to ADDRESS ended by the server right after the TLS handshake, as by one that does not accept the client's certificate (cert) (ECONNRESET)",
    told: "connection from PEER failed: the client's certificate is not made for clients; it needs one with the extended key usage clientAuth (INVALID_PURPOSE)",
  },
};

describe("what is wrong between our two ends is said:", () => {
  for (const [name, fault] of Object.entries(FAULTS)) it(name, () => check(fault));

  async function check({ shows = SERVER, server: serverOptions, client, says, told }: Fault): Promise<void> {
    const { address, errors } = await serve(Credentials.tls({ ...keyPair(shows), ...serverOptions }));
    await expectFailure(address, Credentials.tls(client ?? { ca }), says);
    if (told === undefined) return;
    await until(() => errors.length > 0);
    expect(errors.map(withoutNumbers)).toEqual([told]);
  }
});

describe("where the server does not speak what the client does", () => {
  it("a plaintext client is told that TLS may be expected, and the server that it is none", async () => {
    const { address, errors } = await serve(Credentials.tls(keyPair(SERVER)));
    await expectFailure(
      address,
      Credentials.insecure(),
      "the peer closed the connection before it said anything, as servers do that expect TLS: Credentials.tls()",
    );
    expect(errors.map(withoutNumbers)).toEqual([
      "connection from PEER failed: the client does not speak TLS; one of ours needs Credentials.tls() (ERR_SSL_WRONG_VERSION_NUMBER)",
    ]);
  });

  it("a TLS client is told of a plaintext server", async () => {
    const { address } = await serve(Credentials.insecure());
    await expectFailure(
      address,
      Credentials.tls({ ca }),
      "connection to ADDRESS failed: the server does not speak TLS on this port; for plaintext there is Credentials.insecure() (ERR_SSL_WRONG_VERSION_NUMBER)",
    );
  });

  it.each([
    [
      "TLS 1.1 only",
      { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" } as const,
      "connection to ADDRESS failed: the server speaks no TLS version that is allowed here: TLS 1.2 is the oldest (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)",
    ],
    [
      "no ALPN",
      { ALPNProtocols: undefined },
      "connection to ADDRESS failed: the server does not speak HTTP/2 over TLS (ALPN h2), which gRPC needs (ERR_NO_APPLICATION_PROTOCOL)",
    ],
    [
      "HTTP/1.1 only",
      { ALPNProtocols: ["http/1.1"] },
      "connection to ADDRESS failed: the server does not speak HTTP/2 over TLS (ALPN h2), which gRPC needs (ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)",
    ],
    [
      "TLS 1.2 and no certificate of the client",
      { maxVersion: "TLSv1.2", requestCert: true, ca } as const,
      "connection to ADDRESS failed: the server refused the handshake: no cipher in common, or the server asks for a certificate of the client: give cert and key (ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE)",
    ],
  ])("%s", async (_, options, says) => {
    const server = tls.createServer({ ...keyPair(SERVER), ALPNProtocols: ["h2"], ...options });
    cleanUp(() => server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    await expectFailure(`127.0.0.1:${port}`, Credentials.tls({ ca }), says);
  });

  it.each([
    [
      "no ALPN",
      {},
      "the client does not offer HTTP/2 over TLS (ALPN h2), which gRPC needs (ERR_NO_APPLICATION_PROTOCOL)",
    ],
    [
      "HTTP/1.1 only",
      { ALPNProtocols: ["http/1.1"] },
      "the client does not offer HTTP/2 over TLS (ALPN h2), which gRPC needs (ERR_SSL_NO_APPLICATION_PROTOCOL)",
    ],
    [
      "TLS 1.1 only",
      {
        minVersion: "TLSv1",
        maxVersion: "TLSv1.1",
        ciphers: "DEFAULT:@SECLEVEL=0",
        ALPNProtocols: ["h2"],
      } as const,
      "the client speaks no TLS version that is allowed here: TLS 1.2 is the oldest (ERR_SSL_UNSUPPORTED_PROTOCOL)",
    ],
  ])("a foreign client with %s is refused", async (_, options, says) => {
    const { address, errors } = await serve(Credentials.tls(keyPair(SERVER)));
    const socket = tls.connect({ port: Number(address.split(":")[1]), host: "127.0.0.1", ca, ...options });
    socket.on("error", () => {});
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve));
    await until(() => errors.length > 0);
    expect(errors.map(withoutNumbers)).toEqual([`connection from PEER failed: ${says}`]);
  });
});

describe("with NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment", () => {
  function allowAll(): void {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    cleanUp(() => vi.unstubAllEnvs());
  }

  it.each([
    ["an issuer that the client does not know", certificate({}, authority("other-ca")), /is not known/],
    ["a certificate for other hosts", certificate({ names: ["db.example.com"] }), /is for db\.example\.com/],
    ["a self-signed certificate", certificate({}, "self"), /is self-signed and not trusted/],
  ])("a server with %s is refused all the same", async (_, shown, says) => {
    allowAll();
    const { address } = await serve(Credentials.tls(keyPair(shown)));
    await expectFailure(address, Credentials.tls({ ca }), says);
  });

  it.each([
    ["require", certificate({ use: "client" }, authority("other-ca"))],
    ["request", certificate({ use: "client" }, authority("other-ca"))],
    ["require", undefined],
  ] as const)(
    "with %s, a client that is not known is refused all the same (%#)",
    async (clientCertificate, own) => {
      allowAll();
      const { address, errors } = await serve(Credentials.tls({ ...keyPair(SERVER), ca, clientCertificate }));
      await expectFailure(address, Credentials.tls({ ca, ...(own && keyPair(own)) }), /./);
      await until(() => errors.length > 0);
    },
  );
});

it("a server that Node has let pass without its being verified is refused", async () => {
  const { connect } = builtinTls;
  const passing = vi
    .spyOn(builtinTls, "connect")
    .mockImplementation(((options: tls.ConnectionOptions) =>
      connect({ ...options, rejectUnauthorized: false })) as typeof connect);
  cleanUp(() => passing.mockRestore());
  const { address } = await serve(Credentials.tls(keyPair(certificate({}, "self"))));
  await expectFailure(address, Credentials.tls({ ca }), /is self-signed and not trusted/);
  expect(passing).toHaveBeenCalled();
});

describe("what is wrong with certificates before they are used is said at once:", () => {
  const encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
  const { cert, key } = SERVER;
  it.each<[TlsOptions, string]>([
    [{ cert }, "cert needs its private key: give key or keyFile as well"],
    [{ key }, "key needs the certificate that it belongs to: give cert or certFile as well"],
    [
      { cert, key: CLIENT.key },
      "key does not belong to cert: that is the certificate of CN=test-server, made for another key; its own certificate has to come first in the file",
    ],
    [{ cert: "", key }, "cert holds no certificate in PEM (-----BEGIN CERTIFICATE-----): it is empty"],
    [
      { cert: key, key: cert },
      "cert holds no certificate in PEM (-----BEGIN CERTIFICATE-----): it holds a private key",
    ],
    [
      { cert, key: cert },
      "key holds no private key in PEM (-----BEGIN PRIVATE KEY-----): it holds a certificate",
    ],
    [
      { cert: "server.pem", key },
      "cert holds no certificate in PEM (-----BEGIN CERTIFICATE-----); for the path of a file there are caFile, certFile and keyFile",
    ],
    [{ cert: cert.replace("M", "!"), key }, "cert: the certificate is damaged: its PEM cannot be read"],
    [{ ca: [ca, ca + ca.replace("M", "!")] }, "ca: certificate 2 of 2 is damaged: its PEM cannot be read"],
    [{ ca: "garbage" }, "ca holds no certificate in PEM (-----BEGIN CERTIFICATE-----)"],
    [
      { ca: [] },
      "ca is an empty list: nobody would be trusted; leave it out to trust whom the system trusts",
    ],
    [{ cert, key: key.replaceAll("M", "!") }, "key: the key is damaged: its PEM cannot be read"],
    [{ cert, key: encrypted }, "key is encrypted: give its passphrase as well"],
    [{ cert, key: encrypted, passphrase: "a" }, "key: the passphrase does not open it, or it is damaged"],
    [{ cert: 5 as never, key }, "cert takes PEM as a string or a Uint8Array"],
    [{ cert, certFile: "a.pem", key }, "give cert or certFile, not both"],
    [{ caFile: "/no/such/ca.pem" }, "caFile /no/such/ca.pem cannot be read: no such file or directory"],
    [
      { cert, key, clientCertificate: "require" },
      'clientCertificate: "require" needs ca or caFile: the authority whose clients are let in',
    ],
    [
      { clientCertificate: "optional" as never },
      'clientCertificate is "optional": it must be "none" or "request" or "require"',
    ],
    [
      { serverName: "" },
      "serverName is empty: give the name that the server's certificate is for, or leave it out for the target's host",
    ],
    [{ minVersion: "TLSv1.1" as never }, 'minVersion is "TLSv1.1": it must be "TLSv1.2" or "TLSv1.3"'],
  ])("%#", (options, says) => {
    expect(() => Credentials.tls(options)).toThrow(new TypeError(says));
  });

  it("a server without a certificate", async () => {
    await expect(new Server().listen("127.0.0.1:0", Credentials.tls({ ca }))).rejects.toThrow(
      new TypeError("a server needs a certificate: Credentials.tls({ cert, key }), or certFile and keyFile"),
    );
  });
});

async function serve(credentials: Credentials): Promise<{ address: string; errors: PipeError[] }> {
  const errors: PipeError[] = [];
  const server = new Server({ onConnectionError: (error) => errors.push(error) });
  cleanUp(() => server.close());
  server.add(Echo, ECHO);
  return { address: await server.listen("127.0.0.1:0", credentials), errors };
}

/** One attempt to connect is made, and the call fails with what it gave. */
async function expectFailure(
  address: string,
  credentials: Credentials,
  says: string | RegExp,
): Promise<void> {
  const channel = new Channel(address, { credentials });
  cleanUp(() => channel.close());
  const error = await failureOf(stub(Echo, channel).unary({ text: "a" }));
  const message = withoutNumbers(error).replace(address, "ADDRESS");
  if (typeof says === "string") expect(message).toBe(says);
  else expect(message).toMatch(says);
  expect([error.code, error.outcome]).toEqual([Status.UNAVAILABLE, "not-executed"]);
}

function withoutNumbers({ message }: Error): string {
  return message.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, "TIME").replace(/(?<=from )127\.0\.0\.1:\d+/, "PEER");
}

function keyPair({ cert, key }: Certificate): { cert: string; key: string } {
  return { cert, key };
}

/** A server's certificate with that of its authority behind it. */
function withChain(issuer: Certificate): Certificate {
  const leaf = certificate({}, issuer);
  return { ...leaf, cert: leaf.cert + issuer.cert };
}
