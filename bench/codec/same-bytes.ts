/** Throws unless both are the same bytes; the message says where they differ. */
export function checkSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  if (Buffer.compare(actual, expected) === 0) return;
  const index = expected.findIndex((byte, at) => byte !== actual[at]);
  const where =
    index === -1 ? `${actual.length - expected.length} too many` : `different from byte ${index} on`;
  throw new Error(`wrong bytes: ${actual.length} where ${expected.length} are right, ${where}`);
}
