import type { Duplex } from "node:stream";
import { Connection, type ConnectionEvents, type ConnectionOptions } from "./connection.js";
import type { ConnectionFailure } from "./error.js";
import type { HeaderList } from "./hpack/header-list.js";
import type { Stream, StreamHandler } from "./stream.js";

/** What a test answers to the events of a connection on a socket. */
export interface PumpEvents {
  onReady?(): void;
  onStream?(stream: Stream, headers: HeaderList, endStream: boolean): StreamHandler;
  onGoAway?(code: number, debug: string): void;
  onPingAck?(kind: number): void;
  onClose?(failure: ConnectionFailure): void;
}

/** Drives a {@link Connection} over a socket in the plainest way: one write a turn, the next when it was taken. */
export class SocketPump implements ConnectionEvents {
  readonly connection: Connection;
  private readonly socket: Duplex;
  private readonly events: PumpEvents;
  private scheduled = false;
  private writing = false;
  private ending = false;

  constructor(role: "client" | "server", socket: Duplex, events: PumpEvents, options?: ConnectionOptions) {
    this.socket = socket;
    this.events = events;
    this.connection = new Connection(role, this, performance.now(), options);
    socket.on("data", (chunk: Uint8Array) => this.connection.receive(chunk, performance.now()));
    socket.on("end", () => this.connection.pipeClosed("the peer closed the socket"));
    socket.on("error", () => {});
    socket.on("close", () => this.connection.pipeClosed("the socket was closed"));
    this.schedule();
  }

  onOutput(): void {
    this.schedule();
  }

  onReady(): void {
    this.events.onReady?.();
  }

  onStream(stream: Stream, headers: HeaderList, endStream: boolean): StreamHandler {
    if (this.events.onStream === undefined) throw new Error("no stream was expected");
    return this.events.onStream(stream, headers, endStream);
  }

  onGoAway(code: number, debug: string): void {
    this.events.onGoAway?.(code, debug);
  }

  onPingAck(kind: number): void {
    this.events.onPingAck?.(kind);
  }

  onDrained(): void {
    this.finish();
  }

  onConnectionClose(failure: ConnectionFailure): void {
    this.events.onClose?.(failure);
    this.finish();
  }

  private finish(): void {
    this.ending = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (!this.writing) this.flush();
    });
  }

  private flush(): void {
    const { connection, socket } = this;
    if (connection.handOver() === 0 || socket.destroyed || socket.writableEnded) return this.taken();
    const bytes = connection.output.view();
    connection.output.detach();
    this.writing = true;
    socket.write(bytes, () => {
      this.writing = false;
      this.taken();
    });
  }

  private taken(): void {
    const { connection, socket } = this;
    if (connection.outputTaken()) connection.resume();
    if (connection.output.length > 0 && !socket.destroyed) this.schedule();
    else if (this.ending && !socket.writableEnded) socket.end();
  }
}
