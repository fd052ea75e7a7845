/**
 * The size of a field in octets: as an entry of the dynamic table (RFC 7541 §4.1) and as a part of a header list
 * (RFC 9113 §10.5.1), which count alike.
 */
export function fieldBytes(name: string, value: string): number {
  return name.length + value.length + FIELD_OVERHEAD_BYTES;
}

/** What both RFCs add per field for an implementation's bookkeeping. */
const FIELD_OVERHEAD_BYTES = 32;

/** The size of a list `[name, value, …]`, counted likewise. */
export function fieldListBytes(fields: readonly string[]): number {
  let bytes = 0;
  for (let i = 0; i < fields.length; i += 2) bytes += fieldBytes(fields[i], fields[i + 1]);
  return bytes;
}
