/** Messages that go out as an async iterable, for clients that want their requests in that form. */
export class Outgoing<Message> implements AsyncIterable<Message> {
  readonly #waiting: Message[] = [];
  #hasEnded = false;
  #wake: (() => void) | undefined;

  /** At most one message waits: the caller sends the next after the answer to this one. */
  send(message: Message): void {
    this.#waiting.push(message);
    this.#wake?.();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) {
        yield message;
      } else if (this.#hasEnded) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
