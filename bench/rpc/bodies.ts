/**
 * What the messages carry: a fixed pattern under a stamp that differs from message to message, so that an answer that
 * is damaged, repeated or handed to the wrong call is noticed.
 */

/** The stamp: a sequence number (4 bytes, little endian) and the number of who sends (2 bytes). */
export const STAMP_BYTES = 6;

/** A body of `bytes` (at least {@link STAMP_BYTES}) with the pattern and stamp 0. */
export function patternBody(bytes: number, sender = 0): Uint8Array {
  const body = new Uint8Array(bytes);
  for (let index = STAMP_BYTES; index < bytes; index++) body[index] = index * 31 + 7;
  body[4] = sender;
  body[5] = sender >> 8;
  return body;
}

/** Puts the sequence number into `body`. */
export function stamp(body: Uint8Array, sequence: number): void {
  body[0] = sequence;
  body[1] = sequence >> 8;
  body[2] = sequence >> 16;
  body[3] = sequence >> 24;
}

/** The body of a stream's message number `index`: a fresh array, as peers may keep it. */
export function streamBody(index: number, bytes: number): Uint8Array {
  const body = patternBody(bytes);
  stamp(body, index);
  return body;
}

/** Throws unless both are the same bytes. */
export function checkSameBytes(answer: Uint8Array, expected: Uint8Array): void {
  if (!areSameBytes(answer, expected)) {
    const start = Buffer.from(answer).toString("hex", 0, 16);
    throw new Error(
      `a wrong answer: ${answer.length} bytes, starting with ${start}, instead of ${expected.length}`,
    );
  }
}

function areSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  // A call into native code costs more than comparing a few bytes here.
  if (left.length > 64) return Buffer.compare(left, right) === 0;
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}
