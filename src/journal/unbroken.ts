import { corruption } from "./corruption.js";
import { segmentName } from "./file-names.js";
import type { FolderContent, JournalFolder } from "./journal-folder.js";
import type { SegmentSource } from "./log-cursor.js";
import type { Segment } from "./segment-file.js";

/**
 * The segments from the one in which the log goes on from `position`, none of which is missing or damaged.
 *
 * @throws JournalError `corrupt`
 */
export function unbrokenFrom(
  folder: JournalFolder,
  content: FolderContent,
  position: number,
): readonly Segment[] {
  const { segments, damagedSegments } = content;
  const first = segments.findLastIndex(({ base }) => base <= position);
  const isThere = first >= 0 && position <= segments[first].base + segments[first].bytes;
  const firstNumber = isThere ? segments[first].number : 0;
  const damaged = damagedSegments.find(({ number }) => number >= firstNumber);
  if (damaged !== undefined) throw corruption(folder.path, damaged.path, 0, damaged.damage);
  if (!isThere) {
    const what =
      position === 0 ? "its beginning, and no checkpoint that is whole" : "where its checkpoint ends";
    const path = folder.storage.within(folder.path, segmentName((segments[first]?.number ?? 0) + 1));
    throw corruption(folder.path, path, 0, `it is missing: the log has no position ${position}, ${what}`);
  }
  const chain = segments.slice(first);
  chain.slice(1).forEach((segment, index) => {
    const { number, base, bytes } = chain[index];
    if (segment.number === number + 1 && segment.base === base + bytes) return;
    const path = folder.storage.within(folder.path, segmentName(number + 1));
    throw corruption(folder.path, path, 0, `it is missing between ${chain[index].path} and ${segment.path}`);
  });
  return chain;
}

/** Those segments, to be read. */
export function sourceOf({ storage, crc32 }: JournalFolder, chain: readonly Segment[]): SegmentSource {
  return { storage, crc32, segment: (number) => chain[number - chain[0].number] };
}
