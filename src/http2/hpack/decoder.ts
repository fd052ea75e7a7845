import { BlockCache, CACHED_BLOCK_BYTES_MAX, hashBlock } from "./block-cache.js";
import { BlockReader, NO_INTEGER } from "./block-reader.js";
import { DynamicTable, TABLE_BYTES_INITIAL } from "./dynamic-table.js";
import { fieldBytes } from "./field-bytes.js";
import { HeaderList } from "./header-list.js";
import { STATIC_COUNT, staticName, staticValue } from "./static-table.js";

export type HpackError =
  /** The block cannot be decoded: fatal to the connection (COMPRESSION_ERROR, RFC 9113 §4.3). */
  | { readonly kind: "compression"; readonly detail: string }
  /** The block was decoded to keep the dynamic table in step, but its list is larger than allowed and not kept. */
  | { readonly kind: "too-large"; readonly listBytes: number };

export interface HpackDecoderOptions {
  /** Our SETTINGS_HEADER_TABLE_SIZE in octets: the most that the peer may set the table to. */
  readonly tableBytesMax: number;
  /** The largest header list that is kept, in octets (RFC 9113 §10.5.1). */
  readonly listBytesMax: number;
}

/** Decodes the header blocks that a connection receives, all of them and in order (RFC 7541). */
export class HpackDecoder {
  private readonly tableBytesMax: number;
  private readonly listBytesMax: number;
  private readonly reader = new BlockReader();
  private readonly cache = new BlockCache();
  /** Of the protocol's initial size, whatever ours: the peer's first blocks may precede our settings. */
  private readonly table = new DynamicTable(TABLE_BYTES_INITIAL);

  constructor(options: HpackDecoderOptions) {
    this.tableBytesMax = options.tableBytesMax;
    this.listBytesMax = options.listBytesMax;
  }

  /**
   * Decodes the complete block `bytes[start, end)`, which is only borrowed.
   * @returns the same object as before for a block that repeats while the dynamic table stays as it is. After a
   * `"compression"` error the decoder is of no further use.
   */
  decode(bytes: Uint8Array, start: number, end: number): HeaderList | HpackError {
    if (end - start > CACHED_BLOCK_BYTES_MAX) return this.decodeBlock(bytes, start, end);
    const { revision } = this.table;
    const hash = hashBlock(bytes, start, end);
    const known = this.cache.find(bytes, start, end, hash, revision);
    if (known !== undefined) return known;
    const decoded = this.decodeBlock(bytes, start, end);
    if (this.table.revision === revision && decoded instanceof HeaderList) {
      this.cache.keep(bytes, start, end, hash, revision, decoded);
    }
    return decoded;
  }

  private decodeBlock(bytes: Uint8Array, start: number, end: number): HeaderList | HpackError {
    this.reader.open(bytes, start, end);
    const decoded = this.readFields();
    this.reader.close();
    return decoded;
  }

  private readFields(): HeaderList | HpackError {
    const { reader, table, listBytesMax } = this;
    const fields: string[] = [];
    let listBytes = 0;
    while (!reader.atEnd()) {
      const first = reader.readOctet();
      let name: string | undefined;
      let value: string | undefined;
      if (first >= INDEXED) {
        const index = reader.readInteger(first, 0x7f);
        if (index === NO_INTEGER) return this.failRead();
        if (!this.isIndex(index)) return fail(`no field of index ${index}`);
        name = this.nameAt(index);
        value = this.valueAt(index);
      } else if (first >= INSERTED_LITERAL || first < SIZE_UPDATE) {
        // Literals that are not inserted come in two kinds, which concern only an intermediary (§6.2.2, §6.2.3).
        const inserted = first >= INSERTED_LITERAL;
        const index = reader.readInteger(first, inserted ? 0x3f : 0x0f);
        if (index === NO_INTEGER) return this.failRead();
        if (index !== 0 && !this.isIndex(index)) return fail(`no name of index ${index}`);
        name = index === 0 ? reader.readString() : this.nameAt(index);
        if (name === undefined) return this.failRead();
        value = reader.readString();
        if (value === undefined) return this.failRead();
        if (inserted) table.insert(name, value);
      } else {
        // Each field counts 32 octets at least, so a list of no octets has no field yet (§4.2).
        if (listBytes > 0) return fail("table size update behind a field");
        const bytesMax = reader.readInteger(first, 0x1f);
        if (bytesMax === NO_INTEGER) return this.failRead();
        if (bytesMax > this.tableBytesMax) return fail(`table size update to ${bytesMax} octets`);
        table.resize(bytesMax);
        continue;
      }
      listBytes += fieldBytes(name, value);
      if (listBytes <= listBytesMax) fields.push(name, value);
    }
    return listBytes <= listBytesMax ? new HeaderList(fields, listBytes) : { kind: "too-large", listBytes };
  }

  private isIndex(index: number): boolean {
    return index > 0 && index <= STATIC_COUNT + this.table.count;
  }

  private nameAt(index: number): string {
    return index <= STATIC_COUNT ? staticName(index) : this.table.nameAt(index - STATIC_COUNT);
  }

  private valueAt(index: number): string {
    return index <= STATIC_COUNT ? staticValue(index) : this.table.valueAt(index - STATIC_COUNT);
  }

  private failRead(): HpackError {
    return fail(this.reader.failure);
  }
}

/** Where the representations of RFC 7541 §6 begin in the values of a field's first octet. */
const INDEXED = 0x80;
const INSERTED_LITERAL = 0x40;
const SIZE_UPDATE = 0x20;

function fail(detail: string): HpackError {
  return { kind: "compression", detail };
}
