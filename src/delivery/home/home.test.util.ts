import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { loadInterface } from "../../idl/load.js";
import { Store } from "../../journal/store.js";
import { RpcError } from "../../rpc/error.js";
import {
  CloseRequestSchema,
  KeepAliveRequestSchema,
  type OpenReply,
  OpenRequestSchema,
  OutcomeRequestSchema,
} from "../../rpc/gen/redoubt/delivery_pb.js";
import { methodFrom } from "../../rpc/method.js";
import { Status } from "../../rpc/status.js";
import { ManualRuntime } from "../../runtime/manual-runtime.test.util.js";
import type { CallLimiter } from "../../server/call-limiter.js";
import type { GateHost } from "../../server/execution-gate.js";
import type { AnyHandler } from "../../server/handlers.js";
import { formatCallHeader } from "../call-header.js";
import type { DeliveredReply } from "./direct-attempt.js";
import { Home } from "./home.js";
import type { HomeOptions } from "./home-options.js";
import { HomeState } from "./home-state.js";
import { type JournaledCall, journaled } from "./journaled.js";
import { MemoryJournal, type MemoryLog } from "./memory-journal.test.util.js";
import { type RedoCall, redo } from "./redo.js";

/** The interface of the tests, as a server knows it; `promise` is the exactly-once option. */
export function serviceText(promise = "option (redoubt.delivery) = EXACTLY_ONCE;"): string {
  return `syntax = "proto3"; package t; import "redoubt/options.proto";
    message Entry { string key = 1; string text = 2; }
    service Shop {
      rpc Store(Entry) returns (Entry) { ${promise} }
      rpc Make(Entry) returns (Entry) { ${promise} }
      rpc Look(Entry) returns (Entry) { option idempotency_level = NO_SIDE_EFFECTS; }
      rpc Plain(Entry) returns (Entry);
    }`;
}

export function shopService(text = serviceText()) {
  const registry = loadInterface(["s.proto"], { read: (name) => (name === "s.proto" ? text : undefined) });
  return registry.getService("t.Shop")!;
}

const SHOP = shopService();
const ENTRY = SHOP.method.store.input;

/** A message of the tests: what a call is about, and more. */
export interface Entry {
  key: string;
  text: string;
}

export type StoreHandler = (request: Entry, call: JournaledCall) => Partial<Entry> | Promise<Partial<Entry>>;
export type MakeHandler = (request: Entry, call: RedoCall) => Partial<Entry> | Promise<Partial<Entry>>;

/** The handlers of the tests; what is left out is simple. */
export interface ShopHandlers {
  store?: StoreHandler;
  make?: MakeHandler;
  look?: StoreHandler;
  conflictKey?: (request: Entry) => string;
}

export function shopHandlers({ store, make, look, conflictKey }: ShopHandlers): Record<string, AnyHandler> {
  return {
    store: journaled(store ?? count) as unknown as AnyHandler,
    make: redo(
      { conflictKey: conflictKey ?? (({ key }: Entry) => key) },
      make ?? (({ text }) => ({ text })),
    ) as unknown as AnyHandler,
    look: journaled(look ?? seen) as unknown as AnyHandler,
    plain: ({ text }: Entry) => ({ text }),
  } as Record<string, AnyHandler>;
}

/** Counts how often a key was stored. */
export const count: StoreHandler = ({ key }, { state }) => {
  const value = Number(textOf(state.get(key)) || 0) + 1;
  state.put(key, bytesOf(String(value)));
  return { text: String(value) };
};

const seen: StoreHandler = ({ key }, { state }) => ({ text: textOf(state.get(key)) });

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : new TextDecoder().decode(bytes);
}

/** A home on a journal in memory, without a server. */
export class HomeBench {
  readonly runtime: ManualRuntime;
  readonly state: HomeState;
  readonly journal: MemoryJournal;
  readonly home: Home;
  readonly started: Promise<void>;

  constructor(
    handlers: ShopHandlers = {},
    options: HomeOptions & {
      log?: MemoryLog;
      limiter?: CallLimiter;
      runtime?: ManualRuntime;
      host?: GateHost;
    } = {},
  ) {
    this.runtime = options.runtime ?? new ManualRuntime();
    this.state = new HomeState(new Store());
    this.journal = new MemoryJournal(this.state, options.log);
    this.home = new Home({ runtime: this.runtime, state: this.state, journal: this.journal }, options);
    guardShop(this.home, handlers);
    const { limiter } = options;
    this.started = this.home.start(
      options.host ?? { limiter, sendBytesMax: 4 * 1024 * 1024, isServing: true },
    );
  }

  /** What is there after a crash now. */
  after(handlers: ShopHandlers = {}, options: HomeOptions & { more?: number } = {}): HomeBench {
    return new HomeBench(handlers, {
      ...options,
      log: this.journal.crashed(options.more),
      runtime: this.runtime,
    });
  }

  /** One attempt. */
  send(attempt: HandAttempt): SentAttempt {
    return sendTo(this.home, attempt);
  }
}

/** Gives a home the handlers of the tests. */
export function guardShop(home: Home, handlers: ShopHandlers): void {
  const functions = shopHandlers(handlers);
  for (const method of SHOP.methods) home.guard(methodFrom(method), functions[method.localName], functions);
}

export interface SentAttempt {
  readonly reply: Promise<HandReply>;
  leave(): void;
}

/** Sends one attempt to a home. */
export function sendTo(home: Home, attempt: HandAttempt): SentAttempt {
  const { method = "Store", key = "a", text = "", field, principal = "" } = attempt;
  const request = toBinary(ENTRY, create(ENTRY, { key, text }));
  const sent = home.deliver({ path: `/t.Shop/${method}`, callField: field, principal, request });
  return { reply: sent.reply.then(handReply), leave: () => sent.leave() };
}

/** Where clients call. */
export interface CalledHome {
  readonly home: Home;
  send(attempt: HandAttempt): SentAttempt;
}

export interface HandAttempt {
  readonly method?: "Store" | "Make" | "Look";
  readonly key?: string;
  readonly text?: string;
  readonly field?: string;
  readonly principal?: string;
}

/** A reply, readable. */
export interface HandReply {
  /** Status, or reason of a refusal. */
  readonly is: string;
  readonly text: string;
  readonly kind: DeliveredReply["kind"];
  readonly outcome: string;
  readonly recorded: string | undefined;
}

function handReply({ kind, code, message, response, refusal, outcome, recorded }: DeliveredReply): HandReply {
  const is = refusal ?? Object.entries(Status).find(([, value]) => value === code)?.[0] ?? String(code);
  const entry = fromBinary(ENTRY, response) as unknown as Entry;
  return { is, text: code === Status.OK ? entry.text : message, kind, outcome, recorded };
}

/** A client that does by hand what clients do. */
export class HandClient<Bench extends CalledHome = HomeBench> {
  bench: Bench;
  readonly principal: string;
  home = "";
  client = "";
  incarnation = 0;
  mark = "";
  next = 0;
  ack = 1;

  constructor(bench: Bench, principal = "") {
    this.bench = bench;
    this.principal = principal;
  }

  static async opened<Bench extends CalledHome>(bench: Bench, principal = ""): Promise<HandClient<Bench>> {
    const client = new HandClient(bench, principal);
    client.take(await client.open(nonce(1)));
    return client;
  }

  open(nonce: Uint8Array, session = this.session, nextSequence = 0): Promise<OpenReply> {
    const request = create(OpenRequestSchema, { nonce, session, nextSequence: BigInt(nextSequence) });
    return this.bench.home.delivery.open(request, this.principal);
  }

  take({ session, nextSequence }: OpenReply): void {
    this.home = session!.home;
    this.client = session!.client;
    this.incarnation = Number(session!.incarnation);
    this.mark = session!.mark;
    this.next = Number(nextSequence);
  }

  get session() {
    if (this.client === "") return undefined;
    const { home, client, incarnation, mark } = this;
    return { home, client, incarnation: BigInt(incarnation), mark };
  }

  field(sequence: number, ack = this.ack): string {
    return formatCallHeader(this, sequence, ack, this.mark);
  }

  send(attempt: HandAttempt & { readonly sequence?: number; readonly ack?: number } = {}): SentAttempt {
    const sequence = attempt.sequence ?? this.next++;
    const field = attempt.field ?? this.field(sequence, attempt.ack);
    return this.bench.send({ principal: this.principal, ...attempt, field });
  }

  call(attempt: Parameters<HandClient["send"]>[0] = {}): Promise<HandReply> {
    return this.send(attempt).reply;
  }

  async outcome(sequence: number): Promise<string> {
    const { session } = this;
    const request = create(OutcomeRequestSchema, { session, sequence: BigInt(sequence) });
    const { outcome } = await this.bench.home.delivery.outcome(request, this.principal);
    return outcome.case === "answer" ? `answer ${outcome.value.code}` : (outcome.case as string);
  }

  keepAlive(ack = this.ack) {
    const { session } = this;
    return this.bench.home.delivery.keepAlive(
      create(KeepAliveRequestSchema, { session, ack: BigInt(ack) }),
      this.principal,
    );
  }

  close() {
    return this.bench.home.delivery.close(
      create(CloseRequestSchema, { session: this.session }),
      this.principal,
    );
  }
}

export function nonce(number: number): Uint8Array {
  return new Uint8Array(16).fill(number);
}

/** The reason that somebody was refused for, or the status. */
export async function refusalOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (RpcError.is(error)) return error.metadata.get("redoubt-refusal") ?? error.codeName;
    throw error;
  }
  return "not refused";
}

/** What a promise has come to by now. */
export async function stateOf<T>(promise: Promise<T>): Promise<T | "pending"> {
  await turns();
  return Promise.race([promise, Promise.resolve("pending" as const)]);
}

/** All microtasks that are at hand have run. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}
