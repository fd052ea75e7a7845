import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import * as tls from "node:tls";
import {
  type ChannelOptions,
  Credentials,
  type Peer,
  Server,
  type ServerOptions,
  stub,
  type TlsOptions,
} from "@redoubt/rpc";
import { describe, expect, it } from "vitest";
import {
  authority,
  type Certificate,
  certificate,
  testAuthority,
  weakCertificate,
} from "../../src/runtime/certificates.test.util.js";
import { Echo } from "../gen/echo_pb.js";
import {
  all,
  cleanUp,
  ECHO,
  failureOf,
  installChecks,
  listenAddress,
  openChannel,
  temporaryDirectory,
  until,
} from "./harness.js";

installChecks();

const ca = testAuthority().cert;
const SERVER = keyPair(certificate());
const CLIENT = keyPair(certificate({ use: "client", commonName: "test-client", names: ["client.test"] }));

function keyPair({ cert, key }: Certificate) {
  return { cert, key };
}

/** A server whose `unary` keeps its call's peer in `peers`. */
async function serve(credentials: Credentials, way: "tcp" | "unix" = "tcp", options: ServerOptions = {}) {
  const peers: Peer[] = [];
  const server = new Server(options);
  cleanUp(() => server.close());
  server.add(Echo, {
    ...ECHO,
    unary(request, { peer }) {
      peers.push(peer);
      return request;
    },
  });
  return { server, peers, address: await server.listen(listenAddress(way), credentials) };
}

function connect(address: string, tlsOptions: TlsOptions = { ca }, options: ChannelOptions = {}) {
  const channel = openChannel(address, { ...options, credentials: Credentials.tls(tlsOptions) });
  return { channel, echo: stub(Echo, channel) };
}

describe.each(["tcp", "unix"] as const)("over %s with TLS", (way) => {
  it("all four kinds of calls work", async () => {
    const { address } = await serve(Credentials.tls(SERVER), way);
    const { echo } = connect(address);
    async function* requests() {
      for (const text of ["a", "b"]) yield { text, repeatCount: 1 };
    }
    expect(await echo.unary({ text: "a" })).toMatchObject({ text: "a" });
    expect(await all(echo.expand({ text: "a", repeatCount: 100 }))).toHaveLength(100);
    expect(await echo.collect(requests())).toMatchObject({ text: "ab", repeatCount: 2 });
    expect((await all(echo.chat(requests()))).map(({ text }) => text)).toEqual(["a", "b"]);
  });

  it("large messages arrive whole, many at once", async () => {
    const { address } = await serve(Credentials.tls(SERVER), way);
    const { echo } = connect(address);
    const body = Uint8Array.from({ length: 1_000_000 }, (_, index) => index * 7);
    const replies = await Promise.all(Array.from({ length: 16 }, (_, index) => echo.unary({ body, index })));
    for (const reply of replies) expect(Buffer.compare(reply.body, body)).toBe(0);
  });
});

describe("call.peer", () => {
  it("says what TLS has agreed on", async () => {
    const { address, peers } = await serve(Credentials.tls(SERVER));
    await connect(address).echo.unary({});
    expect(peers[0].address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(peers[0].certificate).toBeUndefined();
    expect(peers[0].security).toEqual({
      protocol: "TLSv1.3",
      cipher: expect.stringMatching(/^TLS_/),
      alpnProtocol: "h2",
      isResumed: false,
      peerCertificate: undefined,
    });
  });

  it.each(["request", "require"] as const)(
    "has the client's certificate, with %s",
    async (clientCertificate) => {
      const { address, peers } = await serve(Credentials.tls({ ...SERVER, ca, clientCertificate }));
      await connect(address, { ca, ...CLIENT }).echo.unary({});
      const { certificate } = peers[0];
      expect(certificate).toMatchObject({
        subject: "CN=test-client",
        subjectAltNames: ["DNS:client.test"],
        issuer: "CN=test-ca",
        isVerified: true,
      });
      const { raw, validFrom, validTo, fingerprint256, serialNumber } = certificate!;
      expect(Buffer.from(raw).toString("base64")).toBe(CLIENT.cert.replace(/-----.*?-----|\n/g, ""));
      expect(validFrom.getTime()).toBeLessThan(Date.now());
      expect(validTo.getTime()).toBeGreaterThan(Date.now());
      expect(fingerprint256).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
      expect(serialNumber).toMatch(/^[0-9A-F]+$/);
    },
  );

  it("has none of a client that may come without", async () => {
    const { address, peers } = await serve(Credentials.tls({ ...SERVER, ca, clientCertificate: "request" }));
    await connect(address).echo.unary({});
    expect(peers[0].certificate).toBeUndefined();
  });

  it("has nothing of TLS without it", async () => {
    const { address, peers } = await serve(Credentials.insecure());
    const channel = openChannel(address, { credentials: Credentials.insecure() });
    await stub(Echo, channel).unary({});
    expect(peers[0]).toMatchObject({ security: undefined, certificate: undefined });
  });
});

describe("the request says", () => {
  it.each([
    ["the target's authority", {}, (address: string) => address],
    ["the name that is checked, where one was given", { serverName: "localhost" }, () => "localhost"],
  ])("https, and %s", async (_, options, expected) => {
    const server = http2.createSecureServer(SERVER);
    cleanUp(() => server.close());
    const seen: http2.IncomingHttpHeaders[] = [];
    server.on("stream", (stream, headers) => {
      seen.push(headers);
      stream.respond(
        { ":status": 200, "content-type": "application/grpc", "grpc-status": "12" },
        { endStream: true },
      );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await failureOf(connect(address, { ca, ...options }).echo.unary({}));
    expect(seen[0]).toMatchObject({ ":scheme": "https", ":authority": expected(address) });
  });
});

describe("sessions", () => {
  it.each(["TLSv1.3", "TLSv1.2"] as const)("of %s are resumed by the next connection", async (version) => {
    const { address, resumed } = await foreignServer(SERVER, version);
    const { echo } = connect(address, { ca, ...CLIENT }, { backoff: { initialMs: 1 } });
    for (let i = 0; i < 3; i++) await failureOf(echo.unary({}));
    expect(resumed).toEqual([false, true, true]);
  });

  it("of ours are resumed, and still know the client", async () => {
    const { address, peers } = await serve(Credentials.tls({ ...SERVER, ca, clientCertificate: "require" }));
    const session = await new Promise<Buffer>((resolve) => {
      const socket = tls.connect({ ...foreignClient(address), ...CLIENT });
      socket.once("session", resolve);
      cleanUp(() => socket.destroy());
      socket.resume();
    });
    const client = http2.connect(`https://${address}`, { ...foreignClient(address), ...CLIENT, session });
    cleanUp(() => client.destroy());
    const stream = client.request({
      ":method": "POST",
      ":path": "/redoubt.test.v1.Echo/Unary",
      "content-type": "application/grpc",
    });
    stream.end(Buffer.alloc(5));
    await once(stream.resume(), "end");
    expect(peers[0].security).toMatchObject({ isResumed: true });
    expect(peers[0].certificate).toMatchObject({ subject: "CN=test-client", isVerified: true });
  });

  it("of a server that failed the check are not kept", async () => {
    const { address, resumed } = await foreignServer(
      keyPair(certificate({ names: ["other.test"] })),
      "TLSv1.2",
    );
    const { echo } = connect(address, { ca }, { backoff: { initialMs: 1 } });
    for (let i = 0; i < 2; i++)
      expect((await failureOf(echo.unary({}, { waitForReady: false }))).message).toMatch(
        /is for other\.test/,
      );
    expect(resumed).not.toContain(true);
  });

  /** Ends each connection once it has got a request; `resumed` tells of each. */
  async function foreignServer(pair: { cert: string; key: string }, maxVersion: tls.SecureVersion) {
    const resumed: boolean[] = [];
    const server = http2.createSecureServer({ ...pair, maxVersion });
    cleanUp(() => server.close());
    server.on("secureConnection", (socket: tls.TLSSocket) => resumed.push(socket.isSessionReused()));
    server.on("stream", (stream) => stream.session?.destroy());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, resumed };
  }
});

function foreignClient(address: string): tls.ConnectionOptions {
  return { port: Number(address.split(":")[1]), host: "127.0.0.1", ca, ALPNProtocols: ["h2"] };
}

describe("certificates are replaced without a restart:", () => {
  const NEW = authority("new-ca");
  const NEW_SERVER = keyPair(certificate({ commonName: "new-server" }, NEW));

  it("by update, of a server", async () => {
    const credentials = Credentials.tls(SERVER);
    const { address } = await serve(credentials);
    const before = connect(address);
    await before.echo.unary({});
    credentials.update(NEW_SERVER);
    await connect(address, { ca: NEW.cert }).echo.unary({});
    await before.echo.unary({});
    expect((await failureOf(connect(address).echo.unary({}))).message).toMatch(/CN=new-server/);
  });

  it("by update, of a client, to whom the server has to prove itself again", async () => {
    const { address } = await serve(Credentials.tls(SERVER));
    const credentials = Credentials.tls({ ca });
    const open = () => stub(Echo, openChannel(address, { credentials }));
    await open().unary({});
    credentials.update({ ca: NEW.cert });
    expect((await failureOf(open().unary({}))).message).toMatch(/issuer .* is not known/);
  });

  it("not by an update that OpenSSL refuses", async () => {
    const credentials = Credentials.tls(SERVER);
    const { address } = await serve(credentials);
    expect(() => credentials.update(weakCertificate())).toThrow(
      "cert is refused by OpenSSL: a key is too small",
    );
    expect(await connect(address).echo.unary({ text: "a" })).toMatchObject({ text: "a" });
  });

  it("not by an update that is no good", async () => {
    const credentials = Credentials.tls(SERVER);
    const { address } = await serve(credentials);
    expect(() => credentials.update({ key: NEW_SERVER.key })).toThrow("key does not belong to cert");
    await connect(address).echo.unary({});
  });

  it("by files", async () => {
    const folder = temporaryDirectory();
    const [certFile, keyFile] = ["server.pem", "server.key"].map((name) => join(folder, name));
    const put = (path: string, text: string) => {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    };
    put(certFile, SERVER.cert);
    put(keyFile, SERVER.key);
    const complaints: Error[] = [];
    const onReloadError = (error: Error) => complaints.push(error);
    const { address } = await serve(Credentials.tls({ certFile, keyFile, onReloadError }));
    await connect(address).echo.unary({});
    put(certFile, NEW_SERVER.cert);
    await until(async () => {
      await connect(address).echo.unary({});
      return complaints.length > 0;
    });
    expect(complaints.map(({ message }) => message)).toEqual([
      `keyFile ${keyFile} does not belong to certFile ${certFile}: that is the certificate of CN=new-server, made for another key; its own certificate has to come first in the file; the certificates read before stay in use`,
    ]);
    put(keyFile, NEW_SERVER.key);
    await until(async () => {
      try {
        await connect(address, { ca: NEW.cert }).echo.unary({});
        return true;
      } catch {
        return false;
      }
    });
    expect(complaints).toHaveLength(1);
  });
});
