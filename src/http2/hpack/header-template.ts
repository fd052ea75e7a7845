import { fieldBytes } from "./field-bytes.js";

/**
 * Fields that are sent often in the same form, such as a request's pseudo-header fields. Immutable.
 *
 * An encoder puts them in the dynamic table at their first use and remembers their encoded form. So an instance is
 * made once and used for many blocks; it may serve any number of connections.
 */
export class HeaderTemplate {
  /** `[name0, value0, name1, value1, …]`, code units up to `0xff`. */
  readonly fields: readonly string[];

  /** The size of the list in octets (RFC 9113 §10.5.1): also an upper bound of its room in the dynamic table. */
  readonly listBytes: number;

  constructor(fields: readonly string[]) {
    if (fields.length % 2 !== 0)
      throw new Error("assertion failed: a header template pairs names with values");
    this.fields = fields.slice();
    let listBytes = 0;
    for (let i = 0; i < fields.length; i += 2) listBytes += fieldBytes(fields[i], fields[i + 1]);
    this.listBytes = listBytes;
  }
}
