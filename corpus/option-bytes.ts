import { fieldsOf, type RawField } from "./descriptor-set.js";

/** Whether two fields of unknown type hold the same, whatever order the fields of messages in them have. */
export function sameInAnyOrder(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0 || Buffer.compare(sorted(a), sorted(b)) === 0;
}

/** A field's bytes without its tag, the fields of each message in them sorted by number: what could be a message counts as one. */
function sorted(data: Uint8Array): Uint8Array {
  const LENGTH_PREFIXED_FIELD = 0x0a;
  return sortedMessage(Buffer.concat([Uint8Array.of(LENGTH_PREFIXED_FIELD), data])) ?? data;
}

function sortedMessage(bytes: Uint8Array): Uint8Array | undefined {
  let fields: RawField[];
  try {
    fields = [...fieldsOf(bytes)];
  } catch {
    return undefined;
  }
  const inOrder = fields.sort((a, b) => a.number - b.number);
  return Buffer.concat(
    inOrder.map(({ content, start, end }) => {
      const prefix = bytes.subarray(start, end - content.length);
      return Buffer.concat([prefix, sortedMessage(content) ?? content]);
    }),
  );
}
