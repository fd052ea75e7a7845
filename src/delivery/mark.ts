import { TextCursor } from "./text-cursor.js";

/**
 * How far a home had come, as proof of what a client has seen: a durable position of its journal, and the epoch in
 * which that was. Each opening of a journal begins an epoch with a random id, so that a home that was rolled back and
 * went on differently cannot pass for the one that the client knows.
 */
export interface Mark {
  /** 1 … 2^53-1 */
  readonly epoch: number;
  /** 8 hexadecimal digits, in lower case. */
  readonly epochId: string;
  /** 0 … 2^53-1 */
  readonly position: number;
}

/** `EPOCHNUMBER-EPOCHID-POSITION` */
export function formatMark(mark: Mark): string {
  return `${mark.epoch}-${mark.epochId}-${mark.position}`;
}

/** Undefined where `text` is no mark. */
export function parseMark(text: string): Mark | undefined {
  const cursor = new TextCursor(text);
  const mark = readMark(cursor);
  return cursor.isDone ? mark : undefined;
}

/** A mark, if the cursor has not failed then. */
export function readMark(cursor: TextCursor): Mark {
  const epoch = cursor.number(1);
  cursor.skip("-");
  const epochId = cursor.hex(8);
  cursor.skip("-");
  return { epoch, epochId, position: cursor.number(0) };
}

/** Whether `a` is further than `b`, of one home. */
export function isLater(a: Mark, b: Mark): boolean {
  return a.epoch === b.epoch ? a.position > b.position : a.epoch > b.epoch;
}
