/** The record of that number: bytes that no other one has, with zeros among them. At least 9 bytes. */
export function recordOf(number: number, bytes: number): Uint8Array {
  const record = new Uint8Array(bytes);
  const view = new DataView(record.buffer);
  record[0] = KIND;
  view.setUint32(1, number);
  view.setUint32(5, bytes);
  let state = number + 1;
  for (let at = 9; at < bytes; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    record[at] = state >>> 24;
  }
  return record;
}

/** The number of a record, if it is what was written under that number, to the last byte. */
export function numberOf(record: Uint8Array): number | undefined {
  if (record.length < 9) return undefined;
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const number = view.getUint32(1);
  return Buffer.compare(record, recordOf(number, record.length)) === 0 ? number : undefined;
}

const KIND = 1;
