/**
 * One decoded header block (RFC 9113 §8.2: a field section), immutable.
 *
 * The decoder hands out the same object again for a block that repeats, so work done for one list (checking it,
 * building metadata of it) can be kept in {@link HeaderList.memo} and is then done once for all its repetitions.
 */
export class HeaderList {
  /** `[name0, value0, name1, value1, …]` in the order sent; each code unit is one octet, `0x00`–`0xff`. */
  readonly fields: readonly string[];

  /** The size that SETTINGS_MAX_HEADER_LIST_SIZE limits (RFC 9113 §10.5.1): name + value + 32 octets per field. */
  readonly listBytes: number;

  /** A slot for what the layer above made of this list; `undefined` at first, never touched by HPACK. */
  memo: unknown = undefined;

  /** As which kind of section the list was found well-formed (RFC 9113 §8.2, §8.3); `undefined`: not looked at yet. */
  checkedAs: string | undefined = undefined;

  constructor(fields: readonly string[], listBytes: number) {
    this.fields = fields;
    this.listBytes = listBytes;
  }
}
