import type { Any } from "@bufbuild/protobuf/wkt";
import { copyOf } from "../../bytes/copy.js";
import { JournalError } from "../../journal/journal-error.js";
import { RpcError } from "../../rpc/error.js";
import type { Method } from "../../rpc/method.js";
import { Status } from "../../rpc/status.js";
import type { Runtime } from "../../runtime/runtime.js";
import { IDENTITY_BYTES, identityText } from "../identity.js";
import { callIdOf } from "./call-id.js";
import type { HeldRoom } from "./intent-room.js";
import type { Ledger } from "./ledger.js";
import type { RedoCall } from "./redo.js";
import type { OpenCall } from "./session.js";

/** A note is for telling one case from another: what is larger belongs into a store. */
const NOTE_BYTES_MAX = 64 * 1024;

/** One run of a redo handler, as the handler sees it. */
export class RedoRun implements RedoCall {
  readonly method: Method;
  readonly principal: string;
  readonly redo: boolean;
  /** What the handler has refused the call with. */
  refusal: RpcError | undefined = undefined;
  private readonly ledger: Ledger;
  private readonly runtime: Runtime;
  /** Undefined for a call of plain gRPC, which has nothing to keep: it never runs again. */
  private readonly open: OpenCall | undefined;
  private readonly room: HeldRoom | undefined;
  private plainNote: Uint8Array | undefined = undefined;
  private idMade: string | undefined = undefined;
  private isNoting = false;
  private over = false;
  private controller: AbortController | undefined = undefined;
  /** Why the home has given it up. */
  private abandonedFor: Error | undefined = undefined;

  constructor(
    { ledger, runtime }: { readonly ledger: Ledger; readonly runtime: Runtime },
    method: Method,
    principal: string,
    open: OpenCall | undefined,
    room: HeldRoom | undefined,
    redo: boolean,
  ) {
    this.ledger = ledger;
    this.runtime = runtime;
    this.method = method;
    this.principal = principal;
    this.open = open;
    this.room = room;
    this.redo = redo;
  }

  get id(): string {
    this.idMade ??=
      this.open === undefined
        ? identityText(this.runtime.randomBytes(IDENTITY_BYTES))
        : callIdOf(this.open, this.method.path, this.runtime);
    return this.idMade;
  }

  get noted(): Uint8Array | undefined {
    const note = this.open === undefined ? this.plainNote : this.open.note;
    return note && copyOf(note);
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.abandonedFor !== undefined) this.controller.abort(this.abandonedFor);
    }
    return this.controller.signal;
  }

  async note(bytes: Uint8Array): Promise<void> {
    this.checkRunning();
    if (this.noted !== undefined || this.isNoting)
      throw new Error("call.note: this call has noted something already: see call.noted");
    if (!(bytes instanceof Uint8Array)) throw new TypeError("call.note takes a Uint8Array");
    if (bytes.length > NOTE_BYTES_MAX)
      throw new RangeError(`call.note: ${bytes.length} bytes; at most ${NOTE_BYTES_MAX} are kept`);
    const note = copyOf(bytes);
    if (this.open === undefined) {
      this.plainNote = note;
      return;
    }
    const position = await this.recordNote(this.open, note);
    await this.ledger.journal.whenDurable(position);
  }

  /** At once, or when there is room that is being made. */
  private async recordNote({ session, sequence }: OpenCall, note: Uint8Array): Promise<number> {
    this.isNoting = true;
    try {
      for (let hasMore = true; ; hasMore = await this.ledger.journal.whenRoom()) {
        this.checkRunning();
        try {
          const record = { kind: "noted", session: session.number, sequence, note } as const;
          return this.ledger.record(record, this.room?.forNote(note.length));
        } catch (failure) {
          const lacksRoom = failure instanceof JournalError && failure.fault === "full";
          if (!lacksRoom || !hasMore) throw failure;
        }
      }
    } finally {
      this.isNoting = false;
    }
  }

  private checkRunning(): void {
    if (this.over) throw new Error("call.note: the handler has ended already");
  }

  refuse(code: Status, message = "", options: { readonly details?: readonly Any[] } = {}): never {
    if (code === Status.OK) throw new TypeError("call.refuse: OK is no refusal: return the answer");
    this.refusal ??= new RpcError(code, message, { details: options.details });
    throw this.refusal;
  }

  /** The home gives it up. */
  abandon(reason: Error): void {
    this.abandonedFor = reason;
    this.controller?.abort(reason);
  }

  /** The handler has returned or thrown. */
  end(): void {
    this.over = true;
  }
}
