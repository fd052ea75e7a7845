import {
  type CallEnd,
  type CallObserver,
  type CallOptions,
  Channel,
  ClientCall,
  Credentials,
  type Outcome,
  RpcError,
  type Server,
  Status,
  type Stub,
  stub,
} from "@redoubt/rpc";
import { Echo } from "../../interop/gen/echo_pb.js";
import type { World } from "../virtual/world.js";
import { type EntryLog, NAME_KEY } from "./entry-log.js";
import { type Evidence, nameMark } from "./evidence.js";

/** One call of a conversation, and what came of it. */
export interface CallRecord {
  readonly name: string;
  /** As the observer has seen it, which is when it happened. */
  end: CallEnd | undefined;
  /** What the definition demanded at that moment, for a call that has failed. */
  demanded: Outcome | undefined;
  /** What the caller was told. */
  settled: { readonly code: Status; readonly outcome: Outcome; readonly detail: string } | undefined;
}

/** A request: the name is in its text, what the handler does in its tags. */
export interface Request {
  readonly text: string;
  readonly tags: string[];
  readonly repeatCount: number;
}

/** The client's side of one conversation: makes calls by name and writes down how each ends. */
export class Conversation implements CallObserver {
  readonly records: CallRecord[] = [];
  readonly channel: Channel;
  readonly echo: Stub<typeof Echo>;
  readonly world: World;
  readonly server: Server;
  private readonly startSuccessor: () => Promise<void>;
  private readonly log: EntryLog;
  private readonly evidence: Evidence;
  /** For calls that name no deadline; where a connection can fall silent, nothing else would end them. */
  private readonly timeoutMs: number | undefined;
  private starting: CallRecord | undefined;

  constructor(options: {
    world: World;
    server: Server;
    startSuccessor: () => Promise<void>;
    target: string;
    runtime: Channel["runtime"];
    log: EntryLog;
    evidence: Evidence;
    timeoutMs: number | undefined;
  }) {
    this.world = options.world;
    this.server = options.server;
    this.startSuccessor = options.startSuccessor;
    this.log = options.log;
    this.evidence = options.evidence;
    this.timeoutMs = options.timeoutMs;
    this.channel = new Channel(options.target, {
      credentials: Credentials.insecure(),
      runtime: options.runtime,
      observer: this,
    });
    this.echo = stub(Echo, this.channel);
  }

  /** The server goes away gracefully and another one takes its place, with the same handlers and the same log. */
  replaceServer(): Promise<void> {
    void this.server.close({ graceMs: 5_000 });
    return this.startSuccessor();
  }

  onCall(): { onEnd(end: CallEnd): void } {
    const record = this.starting;
    if (record === undefined) throw new Error("a call outside of the conversation");
    return {
      onEnd: (end) => {
        if (record.end !== undefined) throw new Error(`${record.name} has ended twice`);
        record.end = end;
        record.demanded = this.evidence.demanded(record.name, this.log.count(record.name));
      },
    };
  }

  /** Makes a call and waits until its caller knows how it ended; an error is an end like any other. */
  async call(
    name: string,
    make: (options: CallOptions, request: (tag?: string, repeatCount?: number) => Request) => unknown,
    options: CallOptions = {},
  ): Promise<void> {
    const record: CallRecord = { name, end: undefined, demanded: undefined, settled: undefined };
    this.records.push(record);
    const complete: CallOptions = {
      timeoutMs: this.timeoutMs,
      ...options,
      metadata: { [NAME_KEY]: name, ...(options.metadata as Record<string, string> | undefined) },
    };
    const request = (tag?: string, repeatCount = 0) => ({
      text: nameMark(name),
      tags: tag === undefined ? [] : [tag],
      repeatCount,
    });
    try {
      this.starting = record;
      const made = make(complete, request);
      this.starting = undefined;
      await made;
      record.settled = { code: Status.OK, outcome: "executed", detail: "" };
    } catch (error) {
      this.starting = undefined;
      if (!RpcError.is(error)) throw error;
      record.settled = { code: error.code, outcome: error.outcome, detail: error.message };
    }
  }

  /** A unary call of a method that the server does not have. */
  callUnknownMethod(request: Request, options: CallOptions): Promise<void> {
    const bytes = new TextEncoder().encode(request.text);
    const call = new ClientCall<Uint8Array, Uint8Array>(
      this.channel,
      {
        path: `/${Echo.typeName}/Nothing`,
        service: Echo.typeName,
        name: "Nothing",
        kind: "unary",
        request: { encode: (message, output) => output.append(message), decode: () => bytes },
        response: { encode: () => {}, decode: (from, start, end) => from.slice(start, end) },
        promise: "at-most-once",
      },
      options,
    );
    return new Promise((resolve, reject) => {
      call.start({
        onHeaders() {},
        onMessage() {},
        onWritable() {},
        onEnd: (end) =>
          end.code === Status.OK
            ? resolve()
            : reject(new RpcError(end.code, end.message, { outcome: end.outcome })),
      });
      call.send(bytes, true);
    });
  }
}
