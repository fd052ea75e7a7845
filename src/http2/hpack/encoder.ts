import type { Output } from "../../bytes/output.js";
import { appendInteger, appendString, appendUncodedString } from "./append-primitives.js";
import { TABLE_BYTES_INITIAL } from "./dynamic-table.js";
import { fieldBytes } from "./field-bytes.js";
import type { HeaderTemplate } from "./header-template.js";
import { RecentValues } from "./recent-values.js";
import { NOT_FOUND, SearchableTable } from "./searchable-table.js";

export { HeaderTemplate } from "./header-template.js";

export interface HpackEncoderOptions {
  /** The most octets that we want to use of the table the peer offers. Default 4096. */
  readonly tableBytesMax?: number;
}

/**
 * Encodes the header blocks that a connection sends (RFC 7541).
 *
 * What goes into the dynamic table: a template's fields at first use, if the whole template fits; another field when
 * its value repeats, or once when its name repeats and has no index yet. So a value that varies is sent as a literal
 * behind the index of its name and never drives out what repeats. Such a literal is not Huffman-coded: a call would pay
 * for that at both ends, each time.
 */
export class HpackEncoder {
  private readonly tableBytesMax: number;
  private readonly table = new SearchableTable(TABLE_BYTES_INITIAL);
  private readonly recent = new RecentValues();
  private readonly encodedTemplates = new Map<HeaderTemplate, EncodedTemplate>();
  /** The maximum that the table gets at the next block. */
  private bytesMaxNext: number;
  /** The smallest maximum that it was to get since the last block. */
  private bytesMaxSmallest: number;

  constructor(options?: HpackEncoderOptions) {
    this.tableBytesMax = options?.tableBytesMax ?? TABLE_BYTES_INITIAL;
    this.bytesMaxNext = Math.min(this.tableBytesMax, TABLE_BYTES_INITIAL);
    this.bytesMaxSmallest = this.bytesMaxNext;
  }

  /**
   * Takes the peer's SETTINGS_HEADER_TABLE_SIZE, `0` to `2^32 - 1` octets. The next block tells the peer what we make
   * of it (RFC 7541 §4.2).
   */
  setPeerTableBytesMax(bytes: number): void {
    this.bytesMaxNext = Math.min(bytes, this.tableBytesMax);
    this.bytesMaxSmallest = Math.min(this.bytesMaxSmallest, this.bytesMaxNext);
  }

  /**
   * Appends one header block: the template's fields, then `extra`, `[name, value, …]`. The peer must get all blocks
   * in the order in which they were encoded, as each may refer to those before it.
   * @throws if a code unit is above `0xff`: a bug of the caller, after which the encoder is of no further use
   */
  encode(output: Output, template: HeaderTemplate | undefined, extra: readonly string[] | undefined): void {
    const { bytesMax } = this.table;
    if (this.bytesMaxNext !== bytesMax || this.bytesMaxSmallest !== bytesMax) this.appendSizeUpdates(output);
    if (template !== undefined) this.appendTemplate(output, template);
    if (extra !== undefined) {
      for (let i = 0; i < extra.length; i += 2) this.appendExtra(output, extra[i], extra[i + 1]);
    }
  }

  private appendSizeUpdates(output: Output): void {
    if (this.bytesMaxSmallest < Math.min(this.bytesMaxNext, this.table.bytesMax)) {
      this.appendSizeUpdate(output, this.bytesMaxSmallest);
    }
    if (this.bytesMaxNext !== this.table.bytesMax) this.appendSizeUpdate(output, this.bytesMaxNext);
    this.bytesMaxSmallest = this.bytesMaxNext;
  }

  private appendSizeUpdate(output: Output, bytesMax: number): void {
    appendInteger(output, SIZE_UPDATE, 0x1f, bytesMax);
    this.table.resize(bytesMax);
  }

  private appendTemplate(output: Output, template: HeaderTemplate): void {
    const { table, encodedTemplates } = this;
    const { revision } = table;
    const encoded = encodedTemplates.get(template);
    if (encoded !== undefined && encoded.revision === revision) {
      output.append(encoded.bytes);
      return;
    }
    const start = output.length;
    const { fields } = template;
    const insertable = template.listBytes <= table.bytesMax;
    for (let i = 0; i < fields.length; i += 2) {
      this.appendTemplateField(output, fields[i], fields[i + 1], insertable);
    }
    if (table.revision !== revision) return;
    if (encodedTemplates.size >= TEMPLATES_MAX && encoded === undefined) encodedTemplates.clear();
    encodedTemplates.set(template, { revision, bytes: output.bytes.slice(start, output.length) });
  }

  private appendTemplateField(output: Output, name: string, value: string, insertable: boolean): void {
    const found = this.table.find(name, value);
    if (found > NOT_FOUND) appendInteger(output, INDEXED, 0x7f, found);
    else if (insertable && this.mayInsert(name, value)) this.appendInserted(output, -found, name, value);
    else this.appendNotInserted(output, -found, name, value);
  }

  private appendExtra(output: Output, name: string, value: string): void {
    const found = this.table.find(name, value);
    if (found > NOT_FOUND) return appendInteger(output, INDEXED, 0x7f, found);
    if (!this.mayInsert(name, value)) return this.appendNotInserted(output, -found, name, value);
    const last = this.recent.get(name);
    if (last !== value) this.recent.set(name, value);
    if (this.isWorthInserting(name, value, found, last)) this.appendInserted(output, -found, name, value);
    else if (last === undefined) this.appendNotInserted(output, -found, name, value);
    else this.appendVarying(output, -found, name, value);
  }

  private mayInsert(name: string, value: string): boolean {
    return fieldBytes(name, value) * ENTRY_SHARE <= this.table.bytesMax && !isGuessable(name, value);
  }

  /** Whether an extra field that neither table has, or only by name, has been seen often enough to be inserted. */
  private isWorthInserting(name: string, value: string, found: number, last: string | undefined): boolean {
    if (last === value) return true;
    if (found !== NOT_FOUND || last === undefined) return false;
    return fieldBytes(name, value) * NAME_ENTRY_SHARE <= this.table.bytesMax;
  }

  private appendInserted(output: Output, nameIndex: number, name: string, value: string): void {
    this.appendLiteral(output, INSERTED_LITERAL, 0x3f, nameIndex, name, value);
    this.table.insert(name, value);
  }

  private appendNotInserted(output: Output, nameIndex: number, name: string, value: string): void {
    const pattern = isGuessable(name, value) ? NEVER_INDEXED_LITERAL : LITERAL;
    this.appendLiteral(output, pattern, 0x0f, nameIndex, name, value);
  }

  private appendVarying(output: Output, nameIndex: number, name: string, value: string): void {
    appendInteger(output, LITERAL, 0x0f, nameIndex);
    if (nameIndex === 0) appendString(output, name);
    appendUncodedString(output, value);
  }

  /** @param nameIndex `0` if no table has the name */
  private appendLiteral(
    output: Output,
    pattern: number,
    prefixMax: number,
    nameIndex: number,
    name: string,
    value: string,
  ): void {
    appendInteger(output, pattern, prefixMax, nameIndex);
    if (nameIndex === 0) appendString(output, name);
    appendString(output, value);
  }
}

/** The first octets' patterns of RFC 7541 §6. */
const INDEXED = 0x80;
const INSERTED_LITERAL = 0x40;
const SIZE_UPDATE = 0x20;
const NEVER_INDEXED_LITERAL = 0x10;
const LITERAL = 0x00;

/** An entry may take the table's size divided by this: a larger one would drive out most others. */
const ENTRY_SHARE = 2;

/** The same for an entry that is inserted only for the sake of its name, as its value varies. */
const NAME_ENTRY_SHARE = 16;

/** Encoded templates remembered per connection: more fields than these need would not fit a usual table anyway. */
const TEMPLATES_MAX = 128;

/** A template's encoding, as long as the table has the same revision. */
interface EncodedTemplate {
  readonly revision: number;
  readonly bytes: Uint8Array;
}

/** A short secret could be guessed by watching the size of blocks, once it is in the table (RFC 7541 §7.1.3). */
function isGuessable(name: string, value: string): boolean {
  return value.length < SECRET_CHARS_MIN && (name === "cookie" || name === "authorization");
}

const SECRET_CHARS_MIN = 20;
