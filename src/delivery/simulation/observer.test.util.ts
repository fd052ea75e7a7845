import { fromBinary } from "../../codec/binary.js";
import { Delivery, OutcomeReplySchema, OutcomeRequestSchema } from "../../rpc/gen/redoubt/delivery_pb.js";
import type { Counts } from "./counts.test.util.js";
import type { Judge } from "./judge.test.util.js";
import type { Endpoint, NetworkWatch, Reply, Request } from "./network.test.util.js";
import type { Program } from "./program.test.util.js";
import { METHODS, textOf, workOf } from "./work.test.util.js";
import type { World } from "./world.test.util.js";

/** A `redoubt-call` field, taken apart by hand: the oracles do not lean on the code under test. */
export interface Header {
  readonly home: string;
  readonly session: string;
  readonly incarnation: number;
  readonly sequence: number;
  readonly ack: number;
  readonly mark: string;
}

export function headerOf(text: string): Header {
  const [home, session, incarnation, sequence, ack, mark] = text.split(".");
  return {
    home: home!,
    session: session!,
    incarnation: Number(incarnation),
    sequence: Number(sequence),
    ack: Number(ack),
    mark: mark!,
  };
}

export function headerText({ home, session, incarnation, sequence, ack, mark }: Header): string {
  return [home, session, incarnation, sequence, ack, mark].join(".");
}

/** A mark, by hand. */
export function markOf(text: string): { epoch: number; position: number } {
  const [epoch, , position] = text.split("-");
  return { epoch: Number(epoch), position: Number(position) };
}

/** What a copy of a disk has seen. */
export interface Copied {
  readonly atMs: number;
  readonly epoch: number;
  readonly position: number;
}

/** Sees every message and draws the conclusions that need no knowledge of either end. */
export class Observer implements NetworkWatch {
  /** Requests of each logical call that have left a client. */
  readonly sent = new Map<string, Request[]>();
  /** Machines and the calls that programs on them have sent. */
  private readonly senders = new Set<string>();
  /** By session and number: what was sent under them. */
  private readonly labels = new Map<string, Set<string>>();
  /** Those of which an attempt was answered that there is no such session. */
  private readonly expired = new Set<string>();
  /** Of those that were sent, what has reached a home since that was set back. */
  private readonly arrived = new Map<string, Header[]>();
  /** Marks of a home that a set-back has undone. */
  private readonly lostMarks = new Set<string>();
  private readonly marks: { text: string; atMs: number }[] = [];
  private copied: Copied | undefined;
  private setBackMs: number | undefined;
  /** A message of a session has reached a home, and was not refused. */
  onContact: ((session: string, atMs: number) => void) | undefined;
  private readonly world: World;
  private readonly judge: Judge;
  private readonly counts: Counts;

  constructor(world: World, judge: Judge, counts: Counts) {
    this.world = world;
    this.judge = judge;
    this.counts = counts;
  }

  onRequest(from: Program, _to: Endpoint, request: Request): void {
    const label = labelOf(request);
    if (label === undefined) return;
    this.senders.add(`${machineOf(from)} ${label}`);
    const sent = this.sent.get(label);
    if (sent === undefined) this.sent.set(label, [request]);
    else sent.push(request);
    if (sent?.length === 2) this.counts.add("repeated");
    if (request.call !== undefined) this.remember(label, headerOf(request.call));
    const before = sent?.at(-2);
    if (before?.call !== undefined && request.call !== undefined)
      this.compare(label, before.call, request.call);
  }

  /** Whether it was this machine that has sent that call, and not only one with a copy of its disk. */
  hasSent(machine: string, label: string): boolean {
    return this.senders.has(`${machine} ${label}`);
  }

  /** Whether a call was sent by another machine, with a copy of this one's disk, and never by this one. */
  hasOnlyCopySent(machine: string, label: string): boolean {
    return this.sent.has(label) && !this.hasSent(machine, label);
  }

  private remember(label: string, { session, sequence }: Header): void {
    const name = `${session}.${sequence}`;
    const labels = this.labels.get(name) ?? new Set();
    this.labels.set(name, labels.add(label));
  }

  /**
   * Every attempt of a call has the same number in the same session, unless the only one was answered that there is no
   * such session.
   */
  private compare(label: string, one: string, other: string): void {
    const a = headerOf(one);
    const b = headerOf(other);
    if (a.session === b.session && a.sequence === b.sequence) return;
    if (!this.expired.has(label) || this.sent.get(label)!.length > 2)
      this.judge.fail("one-answer", `${label} is sent as ${one} and as ${other}`);
    this.counts.add("sent anew in another session");
  }

  /** A request has reached a server. */
  onServed(request: Request, arrivedMs: number, reply: Reply): void {
    const session = reply.refusal === undefined ? sessionIn(request) : undefined;
    if (session !== undefined) this.onContact?.(session, arrivedMs);
  }

  onArrival(_host: string, request: Request): void {
    const label = labelOf(request);
    if (label === undefined || request.call === undefined || this.setBackMs === undefined) return;
    const arrived = this.arrived.get(label) ?? [];
    arrived.push(headerOf(request.call));
    this.arrived.set(label, arrived);
  }

  onReply(_from: Program | undefined, request: Request, reply: Reply): void {
    if (reply.refusal !== undefined) this.counts.add(`refused: ${reply.refusal}`);
    const label = labelOf(request);
    if (reply.refusal === "expired" && label !== undefined) this.expired.add(label);
    for (const denied of this.labels.get(deniedIn(request, reply) ?? "") ?? []) this.judge.denies(denied);
    if (reply.recorded === undefined) return;
    if (this.setBackMs === undefined) this.marks.push({ text: reply.recorded, atMs: this.world.nowMs });
    if (label === undefined) return;
    const meant = pathOf(textOf(request.bytes));
    // A number that was given up gets the same refusal, whatever it is used for.
    if (meant !== undefined && request.path !== meant && reply.code !== CANCELLED_CODE)
      this.judge.fail("forged-never-runs", `${request.path} has the answer of ${label}, another method's`);
    const content = reply.response === undefined ? reply.message : textOf(reply.response);
    this.judge.recorded(label, `${reply.code} ${content}`);
  }

  /** Everything that was sent as exactly-once calls. */
  *everything(): Generator<Request> {
    for (const requests of this.sent.values())
      for (const request of requests) if (request.call !== undefined) yield request;
  }

  /** A handler begins for a call that it has not done before. */
  runs(label: string, home: string | undefined): void {
    for (const { call } of this.sent.get(label) ?? [])
      if (call !== undefined && home !== undefined && headerOf(call).home !== home)
        this.judge.fail("named-home-only", `${label} runs at ${home}, and was sent with ${call}`);
    const arrived = this.arrived.get(label) ?? [];
    if (arrived.length > 0 && arrived.every(({ mark }) => this.lostMarks.has(mark)))
      this.judge.fail(
        "lost-home-never-runs",
        `${label} runs, though its client has seen ${arrived[0]!.mark}`,
      );
  }

  /** The disk of the home is copied now. */
  isCopied(copied: Copied): void {
    this.copied = copied;
  }

  /** … and the copy, or an empty disk, is put in its place. */
  isSetBack(isOlder: boolean): void {
    const { copied } = this;
    this.setBackMs = this.world.nowMs;
    if (copied === undefined || !isOlder) return;
    for (const { text, atMs } of this.marks) {
      const { epoch, position } = markOf(text);
      const isBeyond = epoch > copied.epoch || position > copied.position;
      if (atMs > copied.atMs && isBeyond) this.lostMarks.add(text);
    }
  }
}

/** Programs have their machine's name and a number. */
function machineOf({ name }: Program): string {
  return name.slice(0, name.lastIndexOf("."));
}

/** The logical call that a request is for; undefined for those of the protocol itself. */
export function labelOf(request: Request): string | undefined {
  return request.path.startsWith("/simulation.") ? workOf(textOf(request.bytes)).label : undefined;
}

/** What the recorded refusal of a call that never ran has. */
const CANCELLED_CODE = 1;

/** The method that work is for; undefined for what an adversary makes up. */
function pathOf(text: string): string | undefined {
  const { style } = workOf(text);
  return style === "forged" ? undefined : METHODS[style].path;
}

/** The session and the number of a call of which a home says, when it is asked, that it refuses it for ever. */
function deniedIn({ path, bytes }: Request, { code, response }: Reply): string | undefined {
  if (path !== `/${Delivery.typeName}/Outcome` || code !== 0 || response === undefined) return undefined;
  const { session, sequence } = fromBinary(OutcomeRequestSchema, bytes);
  const { outcome } = fromBinary(OutcomeReplySchema, response);
  return outcome.case === "refused" ? `${session?.client}.${sequence}` : undefined;
}

/** The session that a request is sent in; undefined for what needs none, or asks for one. */
export function sessionIn({ path, call, bytes }: Request): string | undefined {
  if (call !== undefined) return headerOf(call).session;
  const method = Delivery.methods.find(({ name }) => path === `/${Delivery.typeName}/${name}`);
  if (method === undefined) return undefined;
  const { session } = fromBinary(method.input, bytes) as { session?: { client: string } };
  return session?.client;
}
