/**
 * The size of a field in octets: as an entry of the dynamic table (RFC 7541 §4.1) and as a part of a header list
 * (RFC 9113 §10.5.1), which count alike.
 */
export function fieldBytes(name: string, value: string): number {
  return name.length + value.length + FIELD_OVERHEAD_BYTES;
}

/** What both RFCs add per field for an implementation's bookkeeping. */
const FIELD_OVERHEAD_BYTES = 32;
