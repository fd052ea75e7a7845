/** Names that end in `-bin` carry bytes, all others printable ASCII text. */
export type MetadataValue = string | Uint8Array;

/** Entries as an object: a list of values makes repeated entries. */
export type MetadataInit =
  | Metadata
  | Iterable<readonly [string, MetadataValue]>
  | { readonly [name: string]: MetadataValue | readonly MetadataValue[] | undefined };

/**
 * The entries that travel beside messages: with the request, before the first answer (headers) and after the last
 * (trailers). Names are case-insensitive and kept in lower case; a name may occur several times; order is kept.
 *
 * Names consist of `0-9 a-z _ - .`; those that start with `grpc-` belong to gRPC. Text values hold the characters
 * from space to `~`, without spaces at the ends. (PROTOCOL-HTTP2, "Custom-Metadata".)
 */
export class Metadata implements Iterable<[string, MetadataValue]> {
  /** `[name, value, name, value, …]` */
  private readonly flat: MetadataValue[] = [];

  /** @throws TypeError on a malformed name or value */
  constructor(init?: MetadataInit) {
    if (init === undefined) return;
    if (init instanceof Metadata) this.flat.push(...init.flat);
    else if (Symbol.iterator in init)
      for (const [name, value] of init as Iterable<[string, MetadataValue]>) this.append(name, value);
    else for (const [name, value] of Object.entries(init)) this.appendAll(name, value);
  }

  /** Takes over entries that came from the wire, unchecked: names in lower case, `[name, value, …]`. */
  static fromTrusted(flat: readonly MetadataValue[]): Metadata {
    const metadata = new Metadata();
    for (const item of flat) metadata.flat.push(item);
    return metadata;
  }

  /** How many entries there are. */
  get size(): number {
    return this.flat.length / 2;
  }

  /** The first value of that name. */
  get(name: `${string}-bin`): Uint8Array | undefined;
  get(name: string): string | undefined;
  get(name: string): MetadataValue | undefined {
    const wanted = name.toLowerCase();
    for (let i = 0; i < this.flat.length; i += 2) if (this.flat[i] === wanted) return this.flat[i + 1];
    return undefined;
  }

  /** All values of that name, in order. */
  getAll(name: `${string}-bin`): Uint8Array[];
  getAll(name: string): string[];
  getAll(name: string): MetadataValue[] {
    const wanted = name.toLowerCase();
    return this.flat.filter((_, i) => i % 2 === 1 && this.flat[i - 1] === wanted);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Puts `value` in the place of all values of that name. @throws TypeError on a malformed name or value */
  set(name: string, value: MetadataValue | readonly MetadataValue[]): this {
    this.delete(name);
    return this.appendAll(name, value);
  }

  /** Adds one more value. @throws TypeError on a malformed name or value */
  append(name: string, value: MetadataValue): this {
    const lowerCase = name.toLowerCase();
    this.flat.push(checkedName(lowerCase), checkedValue(lowerCase, value));
    return this;
  }

  delete(name: string): void {
    const wanted = name.toLowerCase();
    for (let i = this.flat.length - 2; i >= 0; i -= 2) if (this.flat[i] === wanted) this.flat.splice(i, 2);
  }

  *[Symbol.iterator](): Iterator<[string, MetadataValue]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i] as string, this.flat[i + 1]];
  }

  /** An object of lists, for logs: `{ "x-request-id": ["7"] }`. */
  toJSON(): Record<string, MetadataValue[]> {
    const object: Record<string, MetadataValue[]> = Object.create(null);
    for (const [name, value] of this) (object[name] ??= []).push(value);
    return object;
  }

  private appendAll(name: string, value: MetadataValue | readonly MetadataValue[] | undefined): this {
    if (value === undefined) return this;
    if (typeof value === "string" || value instanceof Uint8Array) return this.append(name, value);
    for (const one of value) this.append(name, one);
    return this;
  }
}

/** What `init` says, as metadata: the same object where it is some already. */
export function metadataFrom(init: MetadataInit): Metadata {
  return init instanceof Metadata ? init : new Metadata(init);
}

const NAME = /^[0-9a-z_.-]+$/;
const TEXT = /^(?:[!-~](?:[ -~]*[!-~])?)?$/;

/** Fields that HTTP/2 and gRPC themselves send. */
const RESERVED = new Set([
  "te",
  "content-type",
  "user-agent",
  "connection",
  "host",
  "transfer-encoding",
  "upgrade",
  "keep-alive",
  "proxy-connection",
]);

function checkedName(name: string): string {
  if (!NAME.test(name))
    throw new TypeError(`metadata name ${JSON.stringify(name)}: only 0-9 a-z _ - . are allowed`);
  if (name.startsWith("grpc-") || RESERVED.has(name))
    throw new TypeError(`metadata name "${name}" is reserved for the protocol`);
  return name;
}

function checkedValue(name: string, value: MetadataValue): MetadataValue {
  if (name.endsWith("-bin")) {
    if (value instanceof Uint8Array) return value;
    throw new TypeError(`metadata "${name}": names that end in -bin take a Uint8Array`);
  }
  if (typeof value !== "string")
    throw new TypeError(`metadata "${name}" takes a string; bytes need a name that ends in -bin`);
  if (!TEXT.test(value))
    throw new TypeError(
      `metadata "${name}": text values hold only ASCII from space to ~, none at the ends a space`,
    );
  return value;
}
