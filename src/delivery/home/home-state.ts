import type { JournaledState } from "../../journal/journaled-state.js";
import type { Store } from "../../journal/store.js";
import { CallRing } from "../call-ring.js";
import { MalformedRecord } from "../record-reader.js";
import { HomeSnapshot } from "./home-snapshot.js";
import { type CheckpointRecord, decodeCheckpointRecord, decodeRecord, type HomeRecord } from "./records.js";
import {
  AnsweredCall,
  OpenCall,
  type Principal,
  RefusedCall,
  type RememberedCall,
  Session,
} from "./session.js";

/**
 * What a home remembers: sessions, what became of their calls, the store, and the time. It is what its journal's records
 * make of it, one after the other, and changes in no other way: {@link HomeState.change} is all there is.
 */
export class HomeState implements JournaledState {
  readonly store: Store;
  /** For how long a server has served in all, in milliseconds. */
  logMs = 0;
  nextSession = 1;
  /** Those that were not heard of for the longest time come first. */
  readonly sessions = new Map<number, Session>();
  /** All sessions but the ended ones. */
  readonly byClient = new Map<string, Session>();
  /** The same, by their first nonce. */
  readonly byNonce = new Map<string, Session>();
  readonly principals = new Map<string, Principal>();
  readonly methods: string[] = [];
  readonly openCalls = new CallRing<OpenCall>();
  private readonly methodNumbers = new Map<string, number>();
  private snapshotUnderWay: HomeSnapshot | undefined = undefined;

  constructor(store: Store) {
    this.store = store;
  }

  /** The number of a method, if it has one. */
  methodNumber(path: string): number | undefined {
    return this.methodNumbers.get(path);
  }

  /** The principal of that name, as it is or as it would begin. */
  principal(name: string): Principal {
    return this.principals.get(name) ?? { name, sessions: 0, bytes: 0, underWay: 0 };
  }

  apply(bytes: Uint8Array, position: number): void {
    this.change(decodeRecord(bytes), position);
  }

  /** Does what a record says. `position`: where that ends in the journal. @throws MalformedRecord where it cannot be */
  change(record: HomeRecord, position: number): void {
    switch (record.kind) {
      case "time":
        this.logMs = record.logMs;
        return;
      case "method":
        this.addMethod(record.path);
        return;
      case "opened":
        this.open(record);
        return;
      case "touched":
        this.touch(this.sessionOf(record.session), record.floor);
        return;
      case "ended":
        this.end(this.sessionOf(record.session));
        return;
      case "intent": {
        const { session: number, sequence, floor, method, fingerprint, key, request } = record;
        const session = this.sessionOf(number);
        this.touch(session, floor);
        this.remember(session, new OpenCall(session, sequence, method, fingerprint, key, request));
        return;
      }
      case "noted": {
        const call = this.openCallOf(record.session, record.sequence);
        const before = call.bytes;
        call.note = record.note;
        call.session.principal.bytes += call.bytes - before;
        return;
      }
      case "done": {
        const { sequence, method, fingerprint } = this.openCallOf(record.session, record.sequence);
        this.complete(record, new AnsweredCall(sequence, method, fingerprint, record.answer, position));
        return;
      }
      case "executed":
        if (record.changes.length > 0) this.store.apply(record.changes);
        this.complete(
          record,
          new AnsweredCall(record.sequence, record.method, record.fingerprint, record.answer, position),
        );
        return;
      case "refused":
        this.complete(record, new RefusedCall(record.sequence, position));
        return;
      case "changed":
        this.store.apply(record.changes);
        return;
    }
  }

  // ── Sessions ──────────────────────────────────────────────────────────────────────────────────────────────

  private open(record: HomeRecord & { kind: "opened" }): void {
    const known = this.sessions.get(record.session);
    const session = known ?? this.addSession(record);
    if (known !== undefined) this.keepForSnapshot(known);
    session.incarnation = record.incarnation;
    session.nonce = record.nonce;
    session.nextSequence = record.nextSequence;
    this.stayActive(session);
  }

  private addSession(opened: {
    readonly session: number;
    readonly client: string;
    readonly principal: string;
    readonly incarnation: number;
    readonly nonce: string;
  }): Session {
    const principal = this.principal(opened.principal);
    this.principals.set(principal.name, principal);
    const session = new Session(opened.session, opened.client, principal, opened.incarnation, opened.nonce);
    session.savedBy = this.snapshotUnderWay;
    session.activeMs = this.logMs;
    principal.sessions++;
    this.sessions.set(session.number, session);
    this.byClient.set(session.client, session);
    this.byNonce.set(session.firstNonce, session);
    this.nextSession = Math.max(this.nextSession, session.number + 1);
    return session;
  }

  private touch(session: Session, floor: number): void {
    this.keepForSnapshot(session);
    this.stayActive(session);
    if (floor > session.floor) this.raiseFloor(session, floor);
  }

  private stayActive(session: Session): void {
    if (session.activeMs === this.logMs) return;
    session.activeMs = this.logMs;
    this.sessions.delete(session.number);
    this.sessions.set(session.number, session);
  }

  /** Forgets the answers below the floor; open calls stay until they are done. */
  private raiseFloor(session: Session, floor: number): void {
    const { calls } = session;
    const from = session.floor;
    session.floor = floor;
    session.ack = Math.max(session.ack, floor);
    if (floor - from < calls.size) {
      for (let sequence = from; sequence < floor; sequence++) {
        const call = calls.get(sequence);
        if (call !== undefined) this.forgetAnswer(session, call);
      }
    } else {
      for (const call of calls.all()) if (call.sequence < floor) this.forgetAnswer(session, call);
    }
  }

  private forgetAnswer(session: Session, call: RememberedCall): void {
    if (!(call instanceof OpenCall)) this.forget(session, call);
  }

  private end(session: Session): void {
    this.keepForSnapshot(session);
    session.ended = true;
    session.principal.sessions--;
    this.byClient.delete(session.client);
    this.byNonce.delete(session.firstNonce);
    for (const call of session.calls.all()) this.forgetAnswer(session, call);
    this.removeIfOver(session);
  }

  private removeIfOver(session: Session): void {
    if (!session.ended || session.openCalls > 0) return;
    this.sessions.delete(session.number);
    const { principal } = session;
    if (principal.sessions === 0 && principal.bytes === 0) this.principals.delete(principal.name);
  }

  private restoreSession(record: CheckpointRecord & { kind: "session" }): void {
    const principal = this.principal(record.principal);
    this.principals.set(principal.name, principal);
    const { session: number, client, incarnation, firstNonce } = record;
    const session = new Session(number, client, principal, incarnation, firstNonce);
    session.nonce = record.nonce;
    session.nextSequence = record.nextSequence;
    session.floor = record.floor;
    session.ack = record.floor;
    session.activeMs = record.activeMs;
    session.ended = record.ended;
    this.sessions.set(number, session);
    if (session.ended) return;
    principal.sessions++;
    this.byClient.set(client, session);
    this.byNonce.set(firstNonce, session);
  }

  // ── Calls ─────────────────────────────────────────────────────────────────────────────────────────────────

  private complete(
    record: { readonly session: number; readonly sequence: number; readonly floor: number },
    call: AnsweredCall | RefusedCall,
  ): void {
    const session = this.sessionOf(record.session);
    const { sequence } = record;
    this.touch(session, record.floor);
    const open = session.calls.get(sequence);
    if (open !== undefined) this.forget(session, open);
    if (sequence >= session.floor && !session.ended) this.remember(session, call);
    else this.removeIfOver(session);
  }

  private remember(session: Session, call: RememberedCall): void {
    session.calls.add(call);
    session.principal.bytes += call.bytes;
    session.nextSequence = Math.max(session.nextSequence, call.sequence + 1);
    if (!(call instanceof OpenCall)) return;
    session.openCalls++;
    this.openCalls.add(call);
  }

  private forget(session: Session, call: RememberedCall): void {
    session.calls.remove(call);
    session.principal.bytes -= call.bytes;
    if (!(call instanceof OpenCall)) return;
    session.openCalls--;
    call.leaveRing();
  }

  private addMethod(path: string): void {
    this.methodNumbers.set(path, this.methods.length);
    this.methods.push(path);
  }

  private sessionOf(number: number): Session {
    const session = this.sessions.get(number);
    if (session === undefined) throw new MalformedRecord(`there is no session ${number}`);
    return session;
  }

  private openCallOf(session: number, sequence: number): OpenCall {
    const call = this.sessionOf(session).calls.get(sequence);
    if (!(call instanceof OpenCall))
      throw new MalformedRecord(`call ${sequence} of session ${session} is not open`);
    this.keepForSnapshot(call.session);
    return call;
  }

  // ── Checkpoints ───────────────────────────────────────────────────────────────────────────────────────────

  snapshot(): Iterable<Uint8Array> {
    const snapshot = new HomeSnapshot(this, (over) => {
      if (this.snapshotUnderWay === over) this.snapshotUnderWay = undefined;
    });
    this.snapshotUnderWay = snapshot;
    return snapshot;
  }

  private keepForSnapshot(session: Session): void {
    this.snapshotUnderWay?.keep(session);
  }

  restore(bytes: Uint8Array): void {
    const record = decodeCheckpointRecord(bytes);
    switch (record.kind) {
      case "home":
        this.logMs = record.logMs;
        this.nextSession = record.nextSession;
        return;
      case "method":
        this.addMethod(record.path);
        return;
      case "session":
        this.restoreSession(record);
        return;
      case "open-call": {
        const { sequence, method, fingerprint, key, request, note } = record;
        const session = this.sessionOf(record.session);
        const call = new OpenCall(session, sequence, method, fingerprint, key, request);
        call.note = note;
        this.remember(session, call);
        return;
      }
      case "answered-call": {
        const { sequence, method, fingerprint, answer } = record;
        const session = this.sessionOf(record.session);
        this.remember(session, new AnsweredCall(sequence, method, fingerprint, answer, 0));
        return;
      }
      case "refused-call":
        this.remember(this.sessionOf(record.session), new RefusedCall(record.sequence, 0));
        return;
      case "store":
        this.store.restore(record.record);
        return;
    }
  }
}
