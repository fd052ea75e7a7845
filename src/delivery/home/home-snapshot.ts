import { RecordWriter } from "../record-writer.js";
import { type CheckpointRecord, encodeRecord } from "./records.js";
import { AnsweredCall, OpenCall, type RememberedCall, type Session } from "./session.js";

/** What a snapshot is of. */
export interface SnapshotSource {
  readonly logMs: number;
  readonly nextSession: number;
  readonly methods: readonly string[];
  readonly sessions: ReadonlyMap<number, Session>;
  readonly store: { snapshot(): IterableIterator<Uint8Array> };
}

/**
 * The state as it is when this is made, as the records of a checkpoint. They are made when they are asked for, while the
 * state goes on to change: a session is copied before it changes, or when its turn has come.
 */
export class HomeSnapshot implements Iterable<Uint8Array> {
  private readonly head: readonly CheckpointRecord[];
  private readonly store: IterableIterator<Uint8Array>;
  private readonly onEnd: (snapshot: HomeSnapshot) => void;
  private sessions: readonly Session[];
  /** Sessions that have changed before their turn. */
  private readonly kept = new Map<Session, SavedSession>();
  private over = false;

  constructor(
    { logMs, nextSession, methods, sessions, store }: SnapshotSource,
    onEnd: (snapshot: HomeSnapshot) => void,
  ) {
    this.onEnd = onEnd;
    this.head = [
      { kind: "home", logMs, nextSession },
      ...methods.map((path): CheckpointRecord => ({ kind: "method", path })),
    ];
    this.sessions = [...sessions.values()];
    this.store = store.snapshot();
  }

  /** To be called before a session changes, or begins. */
  keep(session: Session): void {
    if (this.over || session.savedBy === this) return;
    session.savedBy = this;
    this.kept.set(session, saved(session));
  }

  [Symbol.iterator](): IterableIterator<Uint8Array> {
    const records = this.records();
    const snapshot: IterableIterator<Uint8Array> = {
      next: () => {
        const next = records.next();
        if (next.done === true) this.end();
        return next;
      },
      return: () => {
        this.end();
        return { done: true, value: undefined };
      },
      [Symbol.iterator]: () => snapshot,
    };
    return snapshot;
  }

  /** Nothing is asked for any more: what was kept for that goes. */
  private end(): void {
    if (this.over) return;
    this.over = true;
    this.sessions = [];
    this.kept.clear();
    this.store.return?.();
    this.onEnd(this);
  }

  private *records(): Generator<Uint8Array, void, undefined> {
    const writer = new RecordWriter();
    for (const record of this.head) yield encodeRecord(writer, record);
    for (const session of this.sessions) {
      this.keep(session);
      const { record, calls } = this.kept.get(session) as SavedSession;
      this.kept.delete(session);
      yield encodeRecord(writer, record);
      for (const { call, note } of calls) yield encodeRecord(writer, callRecord(session.number, call, note));
    }
    for (const record of this.store) yield encodeRecord(writer, { kind: "store", record });
  }
}

interface SavedSession {
  readonly record: CheckpointRecord;
  readonly calls: readonly {
    readonly call: RememberedCall;
    readonly note: Uint8Array | undefined;
  }[];
}

/** Calls never change, apart from their notes. */
function saved(session: Session): SavedSession {
  const { number, client, principal, incarnation, firstNonce, nonce, nextSequence, floor, activeMs, ended } =
    session;
  return {
    record: {
      kind: "session",
      session: number,
      client,
      principal: principal.name,
      incarnation,
      firstNonce,
      nonce,
      nextSequence,
      floor,
      activeMs,
      ended,
    },
    calls: session.calls.all().map((call) => ({
      call,
      note: call instanceof OpenCall ? call.note : undefined,
    })),
  };
}

function callRecord(session: number, call: RememberedCall, note: Uint8Array | undefined): CheckpointRecord {
  const { sequence } = call;
  if (call instanceof OpenCall) {
    const { method, fingerprint, key, request } = call;
    return { kind: "open-call", session, sequence, method, fingerprint, key, request, note };
  }
  if (call instanceof AnsweredCall) {
    const { method, fingerprint, answer } = call;
    return { kind: "answered-call", session, sequence, method, fingerprint, answer };
  }
  return { kind: "refused-call", session, sequence };
}
