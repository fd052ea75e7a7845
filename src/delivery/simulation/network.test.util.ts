import type { Program } from "./program.test.util.js";
import type { RandomStream } from "./random.test.util.js";
import type { World } from "./world.test.util.js";

/** What is sent to a home: a unary call as the transports carry it. */
export interface Request {
  readonly path: string;
  /** The `redoubt-call` field. */
  readonly call: string | undefined;
  readonly bytes: Uint8Array;
  /** Who the sender has proved to be. */
  readonly principal: string;
}

/** What comes back for it. */
export interface Reply {
  readonly code: number;
  readonly message: string;
  readonly response: Uint8Array | undefined;
  readonly statusDetails: Uint8Array | undefined;
  /** The trailers `redoubt-recorded`, `redoubt-refusal` and `redoubt-outcome`. */
  readonly recorded: string | undefined;
  readonly refusal: string | undefined;
  readonly outcome: "executed" | "not-executed" | "unknown";
  /** The request may have reached a server. */
  readonly hasLeft: boolean;
}

/** A server as the network sees it. `serve` never rejects, and never resolves where its program dies. */
export interface Endpoint {
  readonly name: string;
  /** Undefined while nothing listens. */
  readonly program: Program | undefined;
  serve(request: Request, departure: Departure): Promise<Reply>;
}

/** Tells a server that nobody waits for the answer any more. */
export interface Departure {
  isGone: boolean;
  onGone: (() => void) | undefined;
}

/** How often what goes wrong, as probabilities for one message. */
export interface NetworkManner {
  readonly requestLost: number;
  readonly replyLost: number;
  readonly duplicated: number;
  /** Delivered once more, long after. */
  readonly stale: number;
  readonly slow: number;
  readonly misrouted: number;
  /** Cuts a connection, with all that is under way on it. */
  readonly cut: number;
}

/** How late the latest messages come: longer than any timeout and any expiry of these worlds. */
const STALE_MS_MAX = 400_000;

/** After so long without an answer a transport's keepalive reports that the connection is gone. */
const SILENCE_MS = 20_000;

/** Sees messages: the oracles' ear, and a source of stale and forged ones. */
export interface NetworkWatch {
  onRequest(from: Program, to: Endpoint, request: Request): void;
  onArrival(host: string, request: Request): void;
  /** A server has an answer to what has come. */
  onServed?(request: Request, arrivedMs: number, reply: Reply): void;
  onReply(from: Program | undefined, request: Request, reply: Reply): void;
  /** A reply is about to be handed to its client, which may be killed here. */
  onReceived?(client: Program, request: Request): void;
}

export interface AttemptOnWire {
  readonly reply: Promise<Reply>;
  cancel(): void;
}

/** Carries messages between the programs of a world, badly. */
export class Network {
  manner: NetworkManner;
  /** Where a misrouted message goes instead. */
  strangers: readonly Endpoint[] = [];
  watch: NetworkWatch | undefined;
  /** Counts what it does, by name. */
  readonly counts: (what: string) => void;
  private readonly world: World;
  private readonly random: RandomStream;
  private readonly isolated = new Set<string>();
  private readonly open = new Set<Wire>();
  private messages = 0;
  /** When the last message that is very late comes. */
  lastStaleMs = 0;

  constructor(world: World, manner: NetworkManner, counts: (what: string) => void) {
    this.world = world;
    this.manner = manner;
    this.counts = counts;
    this.random = world.stream("network");
  }

  /** Lets no message through between these until {@link join}. */
  separate(client: string, server: string): void {
    this.world.note(`partition ${client} | ${server}`);
    this.isolated.add(`${client} ${server}`);
  }

  join(client: string, server: string): void {
    this.isolated.delete(`${client} ${server}`);
  }

  /** Everything comes through from now on. */
  heal(): void {
    this.isolated.clear();
    const { manner } = this;
    // Where there are two homes each client finds its own in the end.
    const misrouted = manner.misrouted > 0 ? 0.5 : 0;
    this.manner = {
      ...manner,
      requestLost: 0,
      replyLost: 0,
      duplicated: 0,
      stale: 0,
      slow: 0,
      misrouted,
      cut: 0,
    };
  }

  /** One attempt of a call. Its reply always comes: the server's, or what a transport reports in its place. */
  attempt(
    client: Program,
    host: string,
    meant: Endpoint,
    request: Request,
    timeoutMs: number,
    { isPlain = false }: { isPlain?: boolean } = {},
  ): AttemptOnWire {
    const wire = new Wire(client, this.random.below(3));
    this.open.add(wire);
    wire.onOver = () => this.open.delete(wire);
    const to = isPlain ? meant : this.route(meant);
    const id = ++this.messages;
    this.world.note(`#${id} ${client.name} to ${to.name}: ${request.path} ${request.call ?? ""}`);
    if (timeoutMs < SILENCE_MS)
      client.later(timeoutMs, () => wire.end(failed(4, "deadline exceeded", "unknown")));
    if (this.isDown(host, to) && this.random.chance(0.5)) {
      client.later(this.latency(), () => wire.end(failed(14, "connection refused", "not-executed")));
      return wire;
    }
    this.watch?.onRequest(client, to, request);
    if (client.isDead) return wire;
    client.later(SILENCE_MS, () => wire.end(failed(14, "connection lost", "unknown")));
    if (this.random.chance(this.manner.cut)) this.cutOne();
    if (this.isBlocked(host, to) || this.random.chance(this.manner.requestLost))
      this.lose(id, "request", wire);
    else this.deliver({ id, host, to, request, client, wire }, this.latency());
    if (isPlain) return wire;
    if (this.random.chance(this.manner.duplicated)) {
      this.counts("duplicate");
      this.deliver({ id, host, to, request, client, wire: undefined }, this.latency() + this.latency());
    }
    if (this.random.chance(this.manner.stale)) {
      this.counts("late duplicate");
      const delayMs = this.random.between(2_000, STALE_MS_MAX);
      this.lastStaleMs = Math.max(this.lastStaleMs, this.world.nowMs + delayMs);
      this.deliver({ id, host, to, request, client, wire: undefined }, delayMs);
    }
    return wire;
  }

  /** A message that no client waits for. */
  inject(to: Endpoint, request: Request, delayMs: number): void {
    const id = ++this.messages;
    this.world.note(`#${id} injected to ${to.name}: ${request.path} ${request.call ?? ""}`);
    this.deliver({ id, host: "", to, request, client: undefined, wire: undefined }, delayMs);
  }

  /** Delivers a message once more, now. */
  repeat(to: Endpoint, client: Program, request: Request): void {
    const id = ++this.messages;
    this.world.note(`#${id} repeats ${request.path} ${request.call ?? ""}`);
    this.arrive({ id, host: client.name, to, request, client, wire: undefined });
  }

  /** Delivers messages once more, soon: what was done or refused before stays so. */
  echo(to: Endpoint, requests: Iterable<Request>): void {
    for (const request of requests) this.inject(to, request, this.random.between(0, 50));
  }

  /** Everything on all connections to a server is lost, as when it dies. */
  drop(server: Program): void {
    for (const wire of this.open) if (wire.server === server) this.reset(wire);
  }

  private cutOne(): void {
    const connection = this.random.below(3);
    this.counts("connection cut");
    for (const wire of this.open)
      if (wire.connection === connection && wire.server !== undefined) this.reset(wire);
  }

  private reset(wire: Wire): void {
    wire.leave();
    wire.client.later(this.latency(), () => wire.end(failed(14, "connection reset", "unknown")));
  }

  private route(meant: Endpoint): Endpoint {
    if (this.strangers.length === 0 || !this.random.chance(this.manner.misrouted)) return meant;
    this.counts("misrouted");
    return this.random.pick(this.strangers);
  }

  private isDown(host: string, to: Endpoint): boolean {
    return to.program === undefined || this.isBlocked(host, to);
  }

  private isBlocked(host: string, to: Endpoint): boolean {
    return this.isolated.has(`${host} ${to.name}`);
  }

  private latency(): number {
    if (this.random.chance(this.manner.slow)) return this.random.between(20, 4_000);
    return this.random.between(0.2, 2);
  }

  private lose(id: number, what: string, wire: Wire | undefined): void {
    this.world.note(`#${id} ${what} lost`);
    if (wire !== undefined && this.random.chance(0.5)) this.reset(wire);
  }

  private deliver(message: Message, delayMs: number): void {
    this.world.after(delayMs, () => this.arrive(message));
  }

  private arrive(message: Message): void {
    const { id, host, to, request, wire } = message;
    const server = to.program;
    if (server === undefined) return this.lose(id, "request (nobody listens)", wire);
    if (wire !== undefined && this.isBlocked(host, to)) return this.lose(id, "request (partition)", wire);
    const departure: Departure = { isGone: false, onGone: undefined };
    wire?.reaches(server, departure);
    this.world.note(`#${id} arrives at ${to.name}`);
    this.watch?.onArrival(host, request);
    if (server.isDead) return this.lose(id, "request (crash)", wire);
    const arrivedMs = this.world.nowMs;
    void to.serve(request, departure).then((reply) => {
      if (server.isDead) return;
      this.watch?.onServed?.(request, arrivedMs, reply);
      this.reply(message, reply);
    });
  }

  private reply({ id, host, to, request, client, wire }: Message, reply: Reply): void {
    this.world.note(`#${id} reply ${reply.code} ${reply.refusal ?? reply.recorded ?? reply.message}`);
    const server = to.program;
    this.watch?.onReply(client, request, reply);
    if (wire === undefined) return;
    if (server?.isDead !== false) return this.lose(id, "reply (crash)", wire);
    if (this.isBlocked(host, to) || this.random.chance(this.manner.replyLost)) {
      this.counts("reply lost");
      return this.lose(id, "reply", wire);
    }
    wire.client.later(this.latency(), () => {
      this.watch?.onReceived?.(wire.client, request);
      if (!wire.client.isDead) wire.end(reply);
    });
  }
}

interface Message {
  readonly id: number;
  /** The machine that has sent it; empty for an adversary's. */
  readonly host: string;
  readonly to: Endpoint;
  readonly request: Request;
  readonly client: Program | undefined;
  /** Where its sender waits; undefined for duplicates. */
  readonly wire: Wire | undefined;
}

/** An attempt as its client sees it. */
class Wire implements AttemptOnWire {
  readonly reply: Promise<Reply>;
  readonly client: Program;
  readonly connection: number;
  server: Program | undefined;
  onOver: (() => void) | undefined;
  private departure: Departure | undefined;
  private resolve: (reply: Reply) => void = () => {};
  private isOver = false;

  constructor(client: Program, connection: number) {
    this.client = client;
    this.connection = connection;
    this.reply = new Promise((resolve) => (this.resolve = resolve));
  }

  reaches(server: Program, departure: Departure): void {
    this.server = server;
    this.departure = departure;
    if (this.isOver) this.leave();
  }

  end(reply: Reply): void {
    if (this.isOver) return;
    this.isOver = true;
    this.leave();
    this.onOver?.();
    this.resolve(reply);
  }

  cancel(): void {
    this.end(failed(1, "cancelled", "unknown"));
  }

  /** The server learns that nobody waits, if its answer has not left. */
  leave(): void {
    const { departure, server } = this;
    this.departure = undefined;
    if (departure === undefined || server === undefined) return;
    server.later(1, () => {
      departure.isGone = true;
      departure.onGone?.();
    });
  }
}

function failed(code: number, message: string, outcome: Reply["outcome"]): Reply {
  return {
    code,
    message,
    response: undefined,
    statusDetails: undefined,
    recorded: undefined,
    refusal: undefined,
    outcome,
    hasLeft: outcome !== "not-executed",
  };
}
