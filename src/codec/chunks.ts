/**
 * Cuts a message's fields into as many as one function made from text can take: for a function with more, V8's
 * optimizing compiler needs seconds (Node 20, from about 60 on), or gives up.
 */
export function inChunks<T>(fields: readonly T[]): T[][] {
  const chunks: T[][] = [];
  for (let i = 0; i < fields.length; i += CHUNK_LENGTH) chunks.push(fields.slice(i, i + CHUNK_LENGTH));
  return chunks;
}

/** Half of what was seen to be too much. */
const CHUNK_LENGTH = 32;
