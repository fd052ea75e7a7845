import { connect, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";

/** An answer of the server behind a {@link SpoilingProxy}. */
export interface Answer {
  readonly head: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly trailers: IncomingHttpHeaders;
}

/** What becomes of an answer on its way. */
export type Spoiling = (stream: ServerHttp2Stream, answer: Answer) => void;

/** A proxy in front of a gRPC server that spoils the first answers of one method. */
export class SpoilingProxy {
  /** Calls of the method that have come. */
  calls = 0;
  address = "";
  private readonly server = createServer();
  private readonly upstream;

  private constructor(address: string, path: string, spoilings: readonly Spoiling[]) {
    this.upstream = connect(`http://${address}`);
    this.server.on("stream", (stream, headers) => {
      const spoil = headers[":path"] === path ? spoilings[this.calls++] : undefined;
      // That it is reset is what we want.
      stream.on("error", () => {});
      const request = stream.pipe(this.upstream.request(headers));
      let head: IncomingHttpHeaders = {};
      let trailers: IncomingHttpHeaders = {};
      const chunks: Buffer[] = [];
      request.on("response", (fields) => {
        head = fields;
      });
      request.on("trailers", (fields) => {
        trailers = fields;
      });
      request.on("data", (chunk) => chunks.push(chunk));
      request.on("end", () => (spoil ?? pass)(stream, { head, body: Buffer.concat(chunks), trailers }));
    });
  }

  static async start(address: string, path: string, spoilings: readonly Spoiling[]): Promise<SpoilingProxy> {
    const proxy = new SpoilingProxy(address, path, spoilings);
    await new Promise<void>((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    proxy.address = `127.0.0.1:${(proxy.server.address() as AddressInfo).port}`;
    return proxy;
  }

  stop(): void {
    this.upstream.destroy();
    this.server.close();
  }
}

/** All of it. */
function pass(stream: ServerHttp2Stream, { head, body, trailers }: Answer): void {
  if (stream.destroyed) return;
  if (head["grpc-status"] !== undefined) return stream.respond(head, { endStream: true });
  stream.respond(head, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  stream.end(body);
}

/** Without what says that it is recorded. */
export const withoutRecord: Spoiling = (stream, { trailers, ...rest }) =>
  pass(stream, { ...rest, trailers: { "grpc-status": trailers["grpc-status"] } });

/** The stream is reset in its place. */
export const reset =
  (code: number): Spoiling =>
  (stream) =>
    stream.close(code);
