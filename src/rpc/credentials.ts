/** How a connection is secured; the same kind of value for `listen` and for a channel. */
export class Credentials {
  readonly kind: "insecure";

  private constructor(kind: "insecure") {
    this.kind = kind;
  }

  /** Plain text: whoever sees the network sees and can change everything. Asked for by name, never a default over TCP. */
  static insecure(): Credentials {
    return new Credentials("insecure");
  }
}
