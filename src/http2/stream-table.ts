import { UINT31_MAX } from "./frame.js";
import type { Stream } from "./stream.js";
import { StreamMap } from "./stream-map.js";

/** Ids of streams that we have reset, so that what the peer had under way for them is ignored (RFC 9113 §5.4.2). */
export const RECENT_RESETS_MAX = 1024;

/** The open streams of a connection and what is known of those that are not: ids, slots, recent resets. */
export class StreamTable {
  /** The highest id that the peer has used. */
  lastPeerStreamId = 0;
  /** The peer's streams that are open or whose handlers still run. */
  peerSlots = 0;
  private readonly client: boolean;
  private readonly streams = new StreamMap();
  private readonly recentResets = new Set<number>();
  /** The highest id that has dropped out of {@link recentResets}. */
  private forgottenResetId = 0;
  private nextStreamId = 1;

  constructor(client: boolean) {
    this.client = client;
  }

  get size(): number {
    return this.streams.size;
  }

  /** There are ids left for streams of ours (clients). */
  get hasIds(): boolean {
    return this.nextStreamId <= UINT31_MAX;
  }

  get(streamId: number): Stream | undefined {
    return this.streams.get(streamId);
  }

  all(): Stream[] {
    return this.streams.all();
  }

  /** Those that were opened first come first: callers try again in the order in which they are told. */
  allInOrder(): Stream[] {
    return this.streams.all().sort((a, b) => a.id - b.id);
  }

  /** Gives a stream of ours the next id. */
  open(stream: Stream): void {
    stream.id = this.nextStreamId;
    this.nextStreamId += 2;
    this.streams.add(stream);
  }

  /** Takes in a stream of the peer's. */
  accept(stream: Stream, streamId: number): void {
    stream.id = streamId;
    stream.slot = "stream";
    this.peerSlots++;
    this.streams.add(stream);
  }

  /** Takes out a stream that is closed; false if it was out already. */
  remove(stream: Stream): boolean {
    if (!this.streams.delete(stream)) return false;
    if (stream.slot === "stream") this.freeSlot(stream);
    return true;
  }

  freeSlot(stream: Stream): void {
    stream.slot = "none";
    this.peerSlots--;
  }

  /** No frame has opened the stream yet, RFC 9113 §5.1.1. */
  isIdle(streamId: number): boolean {
    if (streamId === 0) return true;
    const ours = (streamId & 1) === (this.client ? 1 : 0);
    return ours ? streamId >= this.nextStreamId : streamId > this.lastPeerStreamId;
  }

  rememberReset(streamId: number): void {
    this.recentResets.add(streamId);
    if (this.recentResets.size <= RECENT_RESETS_MAX) return;
    for (const oldest of this.recentResets) {
      this.recentResets.delete(oldest);
      if (oldest > this.forgottenResetId) this.forgottenResetId = oldest;
      return;
    }
  }

  wasReset(streamId: number): boolean {
    return this.recentResets.has(streamId);
  }

  /** As {@link wasReset}, or long enough ago to be forgotten. */
  mayHaveBeenReset(streamId: number): boolean {
    return streamId <= this.forgottenResetId || this.wasReset(streamId);
  }
}
