import type { Stream } from "./stream.js";

/** A first-in, first-out list of streams, linked through them; a stream stands in at most one list at a time. */
export class StreamList {
  length = 0;
  private head: Stream | undefined = undefined;
  private tail: Stream | undefined = undefined;

  get empty(): boolean {
    return this.head === undefined;
  }

  push(stream: Stream): void {
    stream.list = this;
    stream.previous = this.tail;
    if (this.tail === undefined) this.head = stream;
    else this.tail.next = stream;
    this.tail = stream;
    this.length++;
  }

  shift(): Stream | undefined {
    const stream = this.head;
    if (stream !== undefined) this.remove(stream);
    return stream;
  }

  /** Takes out a stream that stands in this list. */
  remove(stream: Stream): void {
    if (stream.previous === undefined) this.head = stream.next;
    else stream.previous.next = stream.next;
    if (stream.next === undefined) this.tail = stream.previous;
    else stream.next.previous = stream.previous;
    stream.list = undefined;
    stream.previous = undefined;
    stream.next = undefined;
    this.length--;
  }
}
