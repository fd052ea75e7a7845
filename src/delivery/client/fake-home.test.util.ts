import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterEach, beforeEach, expect } from "vitest";
import type { ChannelOptions } from "../../client/channel.js";
import { type Stub, stub } from "../../client/stub.js";
import { loadInterface } from "../../idl/load.js";
import { type CallEnd, localEnd } from "../../rpc/call-end.js";
import { type Outcome, RpcError } from "../../rpc/error.js";
import {
  CloseReplySchema,
  CloseRequestSchema,
  KeepAliveReplySchema,
  KeepAliveRequestSchema,
  OpenReplySchema,
  OpenRequestSchema,
  OutcomeReplySchema,
  OutcomeRequestSchema,
  type Session as SessionMessage,
} from "../../rpc/gen/redoubt/delivery_pb.js";
import { marshalled } from "../../rpc/marshal.js";
import { Metadata } from "../../rpc/metadata.js";
import type { Method } from "../../rpc/method.js";
import { Status } from "../../rpc/status.js";
import { ManualRuntime } from "../../runtime/manual-runtime.test.util.js";
import type { Runtime } from "../../runtime/runtime.js";
import type {
  CallTransport,
  OutgoingCall,
  OutgoingCallListener,
  OutgoingRequest,
} from "../../transport/call-transport.js";
import type { InProcessTarget } from "../../transport/in-process.js";
import { type CallHeader, parseCallHeader } from "../call-header.js";
import { Channel } from "../channel.js";
import { identityText } from "../identity.js";
import { REFUSALS, type Refusal } from "../refusal.js";

const PROTO = `syntax = "proto3"; package test; import "redoubt/options.proto";
  message Text { string text = 1; }
  service Notes {
    rpc Write(Text) returns (Text) { option (redoubt.delivery) = EXACTLY_ONCE; }
    rpc Strike(Text) returns (Text) { option (redoubt.delivery) = EXACTLY_ONCE; }
    rpc Read(Text) returns (Text) { option idempotency_level = NO_SIDE_EFFECTS; }
    rpc Touch(Text) returns (Text) { option (redoubt.delivery) = AT_LEAST_ONCE; }
    rpc Plain(Text) returns (Text);
  }
  service Streams {
    rpc Pour(stream Text) returns (Text) { option (redoubt.delivery) = EXACTLY_ONCE; }
  }`;

const registry = loadInterface(["notes.proto"], {
  read: (name) => (name === "notes.proto" ? PROTO : undefined),
});

/** Write and Strike are called exactly once. */
export const Notes = registry.getService("test.Notes")!;
export const Streams = registry.getService("test.Streams")!;
const Text = registry.getMessage("test.Text")!;

export const WRITE = "/test.Notes/Write";

/** Milliseconds of a session at a {@link FakeHome} without a sign of its client. */
export const EXPIRES_AFTER_MS = 600_000;

/** What a home does with one attempt. */
export type Behaviour = (attempt: SeenAttempt) => void;

export const lose: Behaviour = (attempt) => attempt.lose();
export const loseAnswer: Behaviour = (attempt) => attempt.loseAnswer();
export const loseSilently: Behaviour = (attempt) => attempt.loseSilently();
export const neverLeave: Behaviour = (attempt) => attempt.neverLeave();
/** Nothing happens to it, for as long as it lasts. */
export const hold: Behaviour = () => {};
export const refuse =
  (refusal: Refusal): Behaviour =>
  (attempt) =>
    attempt.refuse(refusal, "as scripted");

interface FakeSession {
  readonly client: string;
  incarnation: number;
  nonce: string;
  floor: number;
  readonly answers: Map<number, { readonly path: string; readonly text: string } | "refused">;
}

/**
 * A home that keeps its promises, at the end of a channel's transport, unless it is told to behave otherwise for some
 * attempts. Nothing is sent, so all that can go wrong on the way is told to the channel as a transport would.
 */
export class FakeHome implements InProcessTarget {
  readonly id: string;
  window = 1024;
  methods = [WRITE, "/test.Notes/Strike"];
  position = 0;
  /** What was carried out, in order. */
  readonly effects: string[] = [];
  /** All attempts that came, those of redoubt.Delivery included. */
  readonly seen: SeenAttempt[] = [];
  readonly sessions = new Map<string, FakeSession>();
  /** Calls of the transport that may be opened. */
  acceptsCalls = true;
  private readonly scripts = new Map<string, Behaviour[]>();
  private identities = 0;

  constructor(name = "home") {
    this.id = name.padEnd(22, "-");
  }

  /** The next attempts of that method are treated so; those after them, well. */
  script(path: string, ...behaviours: Behaviour[]): void {
    this.scripts.set(path, [...(this.scripts.get(path) ?? []), ...behaviours]);
  }

  /** All attempts are treated well from now on. */
  heal(): void {
    this.scripts.clear();
  }

  /** Those of one method, in order. */
  attempts(path: string): SeenAttempt[] {
    return this.seen.filter((attempt) => attempt.path === path);
  }

  /** The program that they came from is gone. */
  forgetAttempts(): void {
    for (const attempt of this.seen) attempt.cutOff();
  }

  get mark(): string {
    return `1-0123abcd-${this.position}`;
  }

  connectInProcess(runtime: Runtime, onClose: () => void): CallTransport {
    const home = this;
    const open = new Set<SeenAttempt>();
    return {
      waitingCalls: 0,
      get acceptsCalls() {
        return home.acceptsCalls;
      },
      open: (request, listener) => {
        const attempt = new SeenAttempt(home, runtime, request, listener, () => open.delete(attempt));
        open.add(attempt);
        home.seen.push(attempt);
        return attempt;
      },
      shutdown: () => {
        if (open.size === 0) onClose();
      },
      destroy: (detail) => {
        for (const attempt of [...open]) attempt.lose(detail);
        onClose();
      },
    };
  }

  behave(attempt: SeenAttempt): void {
    const next = this.scripts.get(attempt.path)?.shift();
    if (next !== undefined) next(attempt);
    else attempt.treatWell();
  }

  newIdentity(): string {
    return identityText(new Uint8Array(16).fill(++this.identities));
  }
}

/** An attempt as it came to a {@link FakeHome}: its verbs answer it. */
export class SeenAttempt implements OutgoingCall {
  readonly localAddress = undefined;
  readonly remoteAddress = { kind: "tcp", host: "127.0.0.1", port: 80 } as const;
  readonly begun = true;
  readonly method: Method;
  readonly metadata: Metadata;
  readonly timeoutMs: number | undefined;
  /** Undefined where there is none. */
  readonly header: CallHeader | undefined;
  /** The client has taken it back. */
  cancelled = false;
  request = new Uint8Array(0);
  private home: FakeHome;
  private readonly runtime: Runtime;
  private readonly listener: OutgoingCallListener;
  private readonly onOver: () => void;
  private over = false;

  constructor(
    home: FakeHome,
    runtime: Runtime,
    request: OutgoingRequest,
    listener: OutgoingCallListener,
    onOver: () => void,
  ) {
    this.home = home;
    this.runtime = runtime;
    this.listener = listener;
    this.onOver = onOver;
    this.method = request.method;
    this.metadata = new Metadata(request.metadata);
    this.timeoutMs = request.timeoutMs;
    const call = this.metadata.get("redoubt-call");
    this.header = call === undefined ? undefined : parseCallHeader(call);
  }

  get path(): string {
    return this.method.path;
  }

  get sequence(): number {
    return this.header!.sequence;
  }

  get ack(): number {
    return this.header!.ack;
  }

  get text(): string {
    return (fromBinary(Text, this.request) as unknown as { text: string }).text;
  }

  // ── Client ────────────────────────────────────────────────────────────────────────────────────────────────

  send(message: unknown): boolean {
    this.request = marshalled(this.method.request, message, 1_000_000).slice();
    this.runtime.afterTurn(() => {
      if (!this.over) this.home.behave(this);
    });
    return true;
  }

  halfClose(): void {}
  pause(): void {}
  resume(): void {}

  cancel(): Outcome {
    this.cancelled = true;
    this.leave();
    return "unknown";
  }

  // ── Home ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** As a home does that is well. */
  treatWell(): void {
    switch (this.path) {
      case "/redoubt.Delivery/Open":
        return this.open();
      case "/redoubt.Delivery/KeepAlive":
        return this.keepAlive();
      case "/redoubt.Delivery/Outcome":
        return this.tellOutcome();
      case "/redoubt.Delivery/Close":
        this.home.sessions.delete(fromBinary(CloseRequestSchema, this.request).session!.client);
        return this.reply(toBinary(CloseReplySchema, {} as never));
      default:
        return this.header === undefined ? this.reply(this.done()) : this.carryOut();
    }
  }

  /** Its connection is lost before the home has seen it. */
  lose(detail = "connection lost"): void {
    this.end(localEnd(Status.UNAVAILABLE, detail, "unknown"));
  }

  /** It is carried out, and the connection lost before the answer. */
  loseAnswer(): void {
    const refusal = this.execute();
    if (refusal === undefined) this.lose();
    else this.refuse(refusal);
  }

  /** It is carried out, and nothing is heard of it any more. */
  loseSilently(): void {
    this.execute();
  }

  /** Nothing reaches either end any more. */
  cutOff(): void {
    this.over = true;
  }

  /** A session is opened, and nothing is heard of it. */
  openSilently(): void {
    const { listener } = this;
    this.over = true;
    this.open();
    void listener;
  }

  /** It comes once more, long after, and its answer goes nowhere. */
  replay(): void {
    this.execute();
  }

  /** It has come to another home than the channel's. */
  serveAt(other: FakeHome): void {
    this.home = other;
    other.seen.push(this);
    other.behave(this);
  }

  tellInProgress(): void {
    const value = { $typeName: "redoubt.OutcomeReply.InProgress" as const };
    const outcome = { case: "inProgress" as const, value };
    this.reply(
      toBinary(OutcomeReplySchema, { $typeName: "redoubt.OutcomeReply", outcome, mark: this.home.mark }),
    );
  }

  /** It could not be handed to any network. */
  neverLeave(): void {
    this.end(localEnd(Status.UNAVAILABLE, "connect ECONNREFUSED 127.0.0.1:80", "not-executed"));
  }

  refuse(refusal: Refusal, message = ""): void {
    this.status(REFUSALS[refusal].code, message, "not-executed", { "redoubt-refusal": refusal });
  }

  /** A status from a server. */
  status(code: Status, message: string, outcome: Outcome, trailers: Record<string, string> = {}): void {
    const metadata = new Metadata(trailers);
    this.end({ code, message, outcome, trailers: () => new Metadata(metadata), details: () => [] });
  }

  /** Answers with a status that is recorded. */
  carryOutWith(code: Status, message: string): void {
    this.home.effects.push(this.text);
    this.status(code, message, "executed", { "redoubt-recorded": this.home.mark });
  }

  /** Answers with a message. */
  reply(message: Uint8Array, trailers: Record<string, string> = {}): void {
    const headers = new Metadata({ "x-home": this.home.id });
    if (this.over) return;
    this.listener.onHeaders({ metadata: () => headers });
    this.listener.onMessage(this.method.response.decode(message, 0, message.length), false);
    this.status(Status.OK, "", "executed", trailers);
  }

  /** A message comes, and then the connection is lost. */
  replyAndLose(): void {
    this.listener.onHeaders({ metadata: () => new Metadata() });
    this.listener.onMessage(this.method.response.decode(this.request, 0, this.request.length), false);
    this.lose();
  }

  sendHeaders(): void {
    this.listener.onHeaders({ metadata: () => new Metadata() });
  }

  sendHeadersAndLose(): void {
    this.sendHeaders();
    this.lose();
  }

  private carryOut(): void {
    const refusal = this.execute();
    if (refusal !== undefined) return this.refuse(refusal);
    this.reply(this.done(), { "redoubt-recorded": this.home.mark });
  }

  /** @returns why it is not, or was not, carried out */
  private execute(): Refusal | undefined {
    const { home, header } = this;
    const { client, incarnation, sequence, ack } = header!;
    if (header!.home !== home.id) return "wrong-home";
    const session = home.sessions.get(client);
    if (session === undefined) return "expired";
    if (session.incarnation !== incarnation) return "fenced";
    this.raiseFloor(session, ack);
    if (sequence < session.floor) return "stale";
    if (sequence >= session.floor + home.window) return "window";
    const known = session.answers.get(sequence);
    if (known === "refused") return "stale";
    if (known !== undefined)
      return known.path === this.path && known.text === this.text ? undefined : "mismatch";
    home.effects.push(this.text);
    home.position++;
    session.answers.set(sequence, { path: this.path, text: this.text });
    return undefined;
  }

  private open(): void {
    const { session: known, nonce: bytes, nextSequence } = fromBinary(OpenRequestSchema, this.request);
    const nonce = identityText(bytes);
    const { home } = this;
    const session =
      known === undefined ? this.newSession(nonce) : this.openAgain(known, nonce, Number(nextSequence));
    if (typeof session === "string") return this.refuse(session);
    this.reply(
      toBinary(OpenReplySchema, {
        $typeName: "redoubt.OpenReply",
        session: {
          $typeName: "redoubt.Session",
          home: home.id,
          client: session.client,
          incarnation: BigInt(session.incarnation),
          mark: home.mark,
        },
        nextSequence: BigInt(nextSequenceOf(session)),
        window: home.window,
        expiresAfterMs: BigInt(EXPIRES_AFTER_MS),
        methods: home.methods,
      }),
    );
  }

  private newSession(nonce: string): FakeSession {
    const { home } = this;
    const same = [...home.sessions.values()].find((session) => session.nonce === nonce);
    if (same !== undefined) return same;
    const session = { client: home.newIdentity(), incarnation: 1, nonce, floor: 1, answers: new Map() };
    home.sessions.set(session.client, session);
    return session;
  }

  private openAgain(known: SessionMessage, nonce: string, next: number): FakeSession | Refusal {
    if (known.home !== this.home.id) return "wrong-home";
    const session = this.home.sessions.get(known.client);
    if (session === undefined) return "expired";
    if (session.nonce === nonce) return session;
    if (BigInt(session.incarnation) !== known.incarnation) return "fenced";
    if (next < nextSequenceOf(session)) return "fenced";
    session.incarnation++;
    session.nonce = nonce;
    return session;
  }

  private keepAlive(): void {
    const { session: known, ack } = fromBinary(KeepAliveRequestSchema, this.request);
    if (known!.home !== this.home.id) return this.refuse("wrong-home");
    const session = this.home.sessions.get(known!.client);
    if (session === undefined) return this.refuse("expired");
    this.raiseFloor(session, Number(ack));
    this.reply(toBinary(KeepAliveReplySchema, { $typeName: "redoubt.KeepAliveReply", mark: this.home.mark }));
  }

  private tellOutcome(): void {
    const { session: known, sequence } = fromBinary(OutcomeRequestSchema, this.request);
    if (known!.home !== this.home.id) return this.refuse("wrong-home");
    const session = this.home.sessions.get(known!.client);
    if (session === undefined) return this.refuse("expired");
    const number = Number(sequence);
    if (number < session.floor) return this.refuse("stale");
    const answer = session.answers.get(number);
    if (answer === undefined) session.answers.set(number, "refused");
    const outcome =
      answer === undefined || answer === "refused"
        ? { case: "refused" as const, value: { $typeName: "redoubt.OutcomeReply.Refused" as const } }
        : {
            case: "answer" as const,
            value: {
              $typeName: "redoubt.RecordedAnswer" as const,
              code: 0,
              message: "",
              response: textBytes(`done: ${answer.text}`),
              statusDetails: new Uint8Array(0),
            },
          };
    const reply = { $typeName: "redoubt.OutcomeReply" as const, outcome, mark: this.home.mark };
    this.reply(toBinary(OutcomeReplySchema, reply));
  }

  private raiseFloor(session: FakeSession, ack: number): void {
    session.floor = Math.max(session.floor, ack);
    for (const number of session.answers.keys()) if (number < session.floor) session.answers.delete(number);
  }

  private done(): Uint8Array {
    return textBytes(`done: ${this.text}`);
  }

  private end(end: CallEnd): void {
    if (this.over) return;
    this.leave();
    this.listener.onEnd(end, false);
  }

  private leave(): void {
    this.over = true;
    this.onOver();
  }
}

/** The bytes of a Text. */
export function textBytes(text: string): Uint8Array {
  return toBinary(Text, asMessage({ text }));
}

function asMessage(fields: unknown): never {
  return { $typeName: "test.Text", ...(fields as object) } as never;
}

// ── Whole calls ─────────────────────────────────────────────────────────────────────────────────────────────

export interface FakePair {
  readonly home: FakeHome;
  readonly runtime: ManualRuntime;
  readonly channel: Channel;
  readonly notes: Stub<typeof Notes>;
}

/** A channel to a {@link FakeHome}; it is closed after the test. */
export function fakePair(options: ChannelOptions = {}, home = new FakeHome()): FakePair {
  const runtime = (options.runtime as ManualRuntime | undefined) ?? new ManualRuntime();
  const channel = new Channel(home, { runtime, ...options });
  cleanups.push(() => channel.close());
  return { home, runtime, channel, notes: stub(Notes, channel) };
}

const cleanups: (() => unknown)[] = [];

/** Runs after the test, the last given first. */
export function cleanUp(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => unhandled.push(reason);

/** In every test file: closes what the test has opened, and fails it if a rejection was left unhandled. */
export function installChecks(): void {
  beforeEach(() => {
    unhandled.length = 0;
    process.on("unhandledRejection", onUnhandled);
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    await turns(3);
    process.off("unhandledRejection", onUnhandled);
    expect(unhandled).toEqual([]);
  });
}

/** Lets the event loop go around `count` times. */
export async function turns(count = 1): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets time pass, in steps that give everything that it starts a chance. */
export async function pass(runtime: ManualRuntime, ms: number, steps = 20): Promise<void> {
  await turns(6);
  for (let i = 0; i < steps; i++) {
    runtime.advance(ms / steps);
    await turns(6);
  }
}

/** The RpcError that a call ends with. */
export async function failureOf(call: PromiseLike<unknown>): Promise<RpcError> {
  try {
    await call;
  } catch (error) {
    if (RpcError.is(error)) return error;
    throw error;
  }
  throw new Error("the call has succeeded");
}

/** No call has had that number, or a higher one. */
function nextSequenceOf({ floor, answers }: FakeSession): number {
  return Math.max(floor - 1, ...answers.keys()) + 1;
}
