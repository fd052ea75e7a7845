/**
 * What went over a connection so far. Counting is adding to plain numbers; times, in the runtime's milliseconds, are
 * taken once for what came in one piece or left in one write, and are undefined before the first.
 */
export class ConnectionCounters {
  streamsStarted = 0;
  /** Streams that the server has ended with END_STREAM. */
  streamsEnded = 0;
  /** Streams that ended in another way. */
  streamsAborted = 0;
  messagesSent = 0;
  messagesReceived = 0;
  /** PINGs that asked whether the peer is there. */
  keepAlivesSent = 0;
  lastStreamMs: number | undefined = undefined;
  lastMessageSentMs: number | undefined = undefined;
  lastMessageReceivedMs: number | undefined = undefined;
  private streamsTimed = 0;
  private messagesSentTimed = 0;
  private messagesReceivedTimed = 0;

  /** Bytes that came at `nowMs` were looked at. */
  arrived(nowMs: number): void {
    if (this.messagesReceived !== this.messagesReceivedTimed) {
      this.messagesReceivedTimed = this.messagesReceived;
      this.lastMessageReceivedMs = nowMs;
    }
    this.timeStreams(nowMs);
  }

  /** Whether something is to leave whose time is to be taken. */
  get hasNews(): boolean {
    return this.messagesSent !== this.messagesSentTimed || this.streamsStarted !== this.streamsTimed;
  }

  /** What was encoded left at `nowMs`. */
  left(nowMs: number): void {
    if (this.messagesSent !== this.messagesSentTimed) {
      this.messagesSentTimed = this.messagesSent;
      this.lastMessageSentMs = nowMs;
    }
    this.timeStreams(nowMs);
  }

  private timeStreams(nowMs: number): void {
    if (this.streamsStarted === this.streamsTimed) return;
    this.streamsTimed = this.streamsStarted;
    this.lastStreamMs = nowMs;
  }
}
