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
  /** `[name, value, name, value, …]`; undefined until it is needed. */
  private flat: MetadataValue[] | undefined = undefined;
  private make: (() => MetadataValue[]) | undefined = undefined;

  /** @throws TypeError on a malformed name or value */
  constructor(init?: MetadataInit) {
    if (init === undefined) return;
    if (init instanceof Metadata) this.flat = [...init.entries];
    else if (Symbol.iterator in init)
      for (const [name, value] of init as Iterable<[string, MetadataValue]>) this.append(name, value);
    else for (const name in init) if (Object.hasOwn(init, name)) this.appendAll(name, init[name]);
  }

  /**
   * Metadata that came from the wire, read when somebody looks: `make` gives `[name, value, …]` with names in lower
   * case, which is not checked again.
   */
  static received(make: () => MetadataValue[]): Metadata {
    const metadata = new Metadata();
    metadata.make = make;
    return metadata;
  }

  /** All entries as `[name, value, …]`, to be read only. */
  get entries(): readonly MetadataValue[] {
    return this.own;
  }

  /** How many entries there are. */
  get size(): number {
    return this.own.length / 2;
  }

  /** The first value of that name. */
  get(name: `${string}-bin`): Uint8Array | undefined;
  get(name: string): string | undefined;
  get(name: string): MetadataValue | undefined {
    const wanted = name.toLowerCase();
    const { own } = this;
    for (let i = 0; i < own.length; i += 2) if (own[i] === wanted) return own[i + 1];
    return undefined;
  }

  /** All values of that name, in order. */
  getAll(name: `${string}-bin`): Uint8Array[];
  getAll(name: string): string[];
  getAll(name: string): MetadataValue[] {
    const wanted = name.toLowerCase();
    return this.own.filter((_, i, own) => i % 2 === 1 && own[i - 1] === wanted);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Puts `value` in the place of all values of that name. @throws TypeError on a malformed name or value */
  set(name: string, value: MetadataValue | readonly MetadataValue[]): this {
    const lowerCase = checkedName(name.toLowerCase());
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) checkedValue(lowerCase, one);
    this.delete(lowerCase);
    return this.appendAll(lowerCase, value);
  }

  /** Adds one more value. @throws TypeError on a malformed name or value */
  append(name: string, value: MetadataValue): this {
    const lowerCase = name.toLowerCase();
    this.own.push(checkedName(lowerCase), checkedValue(lowerCase, value));
    return this;
  }

  delete(name: string): void {
    const wanted = name.toLowerCase();
    const { own } = this;
    for (let i = own.length - 2; i >= 0; i -= 2) if (own[i] === wanted) own.splice(i, 2);
  }

  *[Symbol.iterator](): Iterator<[string, MetadataValue]> {
    const { own } = this;
    for (let i = 0; i < own.length; i += 2) yield [own[i] as string, own[i + 1]];
  }

  /** An object of lists, for logs: `{ "x-request-id": ["7"] }`. */
  toJSON(): Record<string, MetadataValue[]> {
    const object: Record<string, MetadataValue[]> = Object.create(null);
    for (const [name, value] of this) (object[name] ??= []).push(value);
    return object;
  }

  /** What `console.log` shows in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): Record<string, MetadataValue[]> {
    return this.toJSON();
  }

  private get own(): MetadataValue[] {
    this.flat ??= this.make === undefined ? [] : this.make();
    return this.flat;
  }

  private appendAll(name: string, value: MetadataValue | readonly MetadataValue[] | undefined): this {
    if (value === undefined) return this;
    if (!Array.isArray(value)) return this.append(name, value as MetadataValue);
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
  "content-length",
  "user-agent",
  "connection",
  "host",
  "transfer-encoding",
  "upgrade",
  "keep-alive",
  "proxy-connection",
]);

/** Whether a name belongs to the protocol: it may be received, and is not sent on. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name) || name.startsWith("grpc-");
}

function checkedName(name: string): string {
  if (!NAME.test(name))
    throw new TypeError(`metadata name ${JSON.stringify(name)}: only 0-9 a-z _ - . are allowed`);
  if (isReserved(name)) throw new TypeError(`metadata name "${name}" is reserved for the protocol`);
  return name;
}

function checkedValue(name: string, value: unknown): MetadataValue {
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
