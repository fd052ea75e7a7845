import { Backoff } from "../../client/backoff.js";
import { RETRY_BACKOFF } from "../../client/retries.js";
import type { CallEnd } from "../../rpc/call-end.js";
import type { Timer } from "../../runtime/runtime.js";
import { IDENTITY_BYTES } from "../identity.js";
import { formatMark } from "../mark.js";
import type { AttemptEnd } from "./attempts.js";
import type { ClientBook } from "./client-book.js";
import type { ClientRecord } from "./client-records.js";
import { ControlCall } from "./control-call.js";
import type { DeliveryWorld } from "./delivered-call.js";
import { OPEN, openRequest, readOpenReply } from "./delivery-requests.js";
import { endOfJournal, maySoonBeTaken } from "./durable-ends.js";
import type { SessionTerms } from "./session.js";
import type { Verdict } from "./verdict.js";

/** What becomes of a {@link DurableOpening}. */
export interface OpeningListener {
  onOpened(terms: SessionTerms): void;
  /** An attempt has failed, or the disk had no room for it; whether there is to be another. */
  onOpeningFailed(end: CallEnd): boolean;
  onOpeningRefused(end: AttemptEnd, verdict: Verdict): void;
  /** The journal takes nothing any more. */
  onJournalFailure(error: unknown): void;
}

/**
 * Opens a durable client's session, or opens it again, under an incarnation that is this process's own:
 *
 *     nonce of an earlier process that nobody answered ──► Open ──► recorded
 *                                                                      ▼
 *     a new nonce, recorded ─────────────────────────────────────────► Open ──► recorded ──► calls may be sent
 *
 * The nonce is durable before a home hears of it, and the reply before it is used: so this client can always go on from
 * where the home thinks that it is, while a copy of its folder cannot.
 */
export class DurableOpening {
  private readonly world: DeliveryWorld;
  private readonly book: ClientBook;
  private readonly listener: OpeningListener;
  private call: ControlCall<SessionTerms> | undefined = undefined;
  private readonly backoff: Backoff;
  private pause: Timer | undefined = undefined;
  private isStopped = false;

  constructor(world: DeliveryWorld, book: ClientBook, listener: OpeningListener) {
    this.world = world;
    this.book = book;
    this.listener = listener;
    this.backoff = new Backoff(RETRY_BACKOFF, () => world.runtime.random());
  }

  async start(): Promise<void> {
    const { book, listener } = this;
    try {
      const inherited = book.state.nonce;
      if (inherited !== undefined) await this.open(inherited);
      if (this.isStopped) return;
      const nonce = this.world.runtime.randomBytes(IDENTITY_BYTES);
      await this.record({ kind: "opening", nonce });
      if (this.isStopped) return;
      const terms = await this.open(nonce);
      if (!this.isStopped) listener.onOpened(terms);
    } catch (error) {
      if (!this.isStopped) listener.onJournalFailure(error);
    }
  }

  stop(): void {
    this.isStopped = true;
    this.pause?.cancel();
    this.call?.stop();
  }

  /** Resolves once the reply is recorded, if ever: where it is refused, the listener is told instead. */
  private async open(nonce: Uint8Array): Promise<SessionTerms> {
    const terms = await new Promise<SessionTerms>((resolve) => this.ask(nonce, resolve));
    await this.record({ kind: "opened", terms });
    return terms;
  }

  /** Resolves once it is recorded, or is not to be any more. */
  private async record(record: ClientRecord): Promise<void> {
    while (!this.isStopped) {
      try {
        return await this.book.record(record);
      } catch (error) {
        if (!maySoonBeTaken(error)) throw error;
        if (!this.listener.onOpeningFailed(endOfJournal(error))) return this.stop();
        await this.wait();
      }
    }
  }

  private wait(): Promise<void> {
    const { runtime } = this.world;
    return new Promise((resolve) => {
      this.pause = runtime.setTimer(resolve, this.backoff.nextMs());
    });
  }

  private ask(nonce: Uint8Array, onReply: (terms: SessionTerms) => void): void {
    const { session, reservedEnd } = this.book.state;
    const known = session && {
      home: session.home,
      client: session.client,
      incarnation: BigInt(session.incarnation),
      mark: formatMark(session.mark),
    };
    this.call = new ControlCall<SessionTerms>(this.world, {
      path: OPEN,
      request: () => openRequest(nonce, known, known && reservedEnd),
      read: readOpenReply,
      onReply,
      onFailure: (end) => this.listener.onOpeningFailed(end),
      onRefused: (end, verdict) => this.listener.onOpeningRefused(end, verdict),
    });
    this.call.send();
  }
}
