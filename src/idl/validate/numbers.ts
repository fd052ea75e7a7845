import type { Message } from "@bufbuild/protobuf";
import type { DescriptorProto, FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import { byStart, findRange, firstOverlap, type NumberRange, rangeText } from "../describe/ranges.js";
import { nameSpan, numberSpan, rangeEndSpan, rangeStartSpan } from "../describe/spans.js";
import { type Context, report } from "./context.js";
import { checkOverlaps, type WrittenRange } from "./overlaps.js";

/** The largest number of a field. */
const FIELD_NUMBER_MAX = 536_870_911;

/** The largest number of an extension of a message set, and that can be reserved: one above must fit 32 bits, too. */
const RANGE_NUMBER_MAX = 2_147_483_646;

/** What implementations of protobuf keep for themselves. */
const IMPLEMENTATION: NumberRange = { start: 19_000, end: 20_000 };

const ALLOWED = `field numbers are 1 to ${FIELD_NUMBER_MAX}`;

/** The number as such; what a message says of it is checked by `checkMessageNumbers`. */
export function checkFieldNumber(context: Context, field: FieldDescriptorProto): void {
  const { number, extendee } = field;
  if (number < 1) {
    report(context, numberSpan(context.described, field), `field number ${number} is not allowed`, ALLOWED);
  } else if (extendee === "" && number > FIELD_NUMBER_MAX) {
    report(context, numberSpan(context.described, field), `field number ${number} is too large`, ALLOWED);
  } else if (isWithin(number, IMPLEMENTATION)) {
    const message = `field numbers ${IMPLEMENTATION.start} to ${IMPLEMENTATION.end - 1} are protobuf's own`;
    report(context, numberSpan(context.described, field), message);
  }
}

/** That no number of a message is used, reserved or left to extensions twice. */
export function checkMessageNumbers(context: Context, message: DescriptorProto): void {
  const { reservedRange, extensionRange, options } = message;
  checkUse(context, message);
  checkBounds(context, reservedRange, RANGE_NUMBER_MAX);
  checkBounds(context, extensionRange, options?.messageSetWireFormat ? RANGE_NUMBER_MAX : FIELD_NUMBER_MAX);
  checkOverlaps(context, "reserved", reservedRange.map(written));
  checkOverlaps(context, "extension", extensionRange.map(written));
  for (const range of byStart(extensionRange)) {
    const reserved = firstOverlap(reservedRange, range);
    if (reserved === undefined) continue;
    const text = `the extension range ${rangeText(range)} overlaps with the reserved range ${rangeText(reserved)}`;
    report(context, nameSpan(context.described, range), text);
  }
}

function written(range: NumberRange & Message): WrittenRange {
  return { start: range.start, end: range.end, part: range };
}

function checkUse(context: Context, message: DescriptorProto): void {
  const { described } = context;
  const users = new Map<number, FieldDescriptorProto>();
  let free: string | undefined;
  const hint = () => {
    free ??= freeNumberText(message);
    return free === "" ? undefined : free;
  };
  for (const field of message.field) {
    const { number } = field;
    const user = users.get(number);
    if (user === undefined) users.set(number, field);
    else
      report(
        context,
        numberSpan(described, field),
        `field number ${number} is used by \`${user.name}\` and \`${field.name}\``,
        hint(),
      );
    if (findRange(message.reservedRange, number) !== undefined)
      report(context, numberSpan(described, field), `field number ${number} is reserved`, hint());
    const range = findRange(message.extensionRange, number);
    if (range !== undefined) {
      const text = `field number ${number} is in the extension range ${rangeText(range)}`;
      report(context, numberSpan(described, field), text, hint());
    }
  }
}

function checkBounds(context: Context, ranges: readonly (NumberRange & Message)[], max: number): void {
  const { described } = context;
  for (const range of ranges) {
    const { start, end } = range;
    if (start < 1) {
      report(context, rangeStartSpan(described, range), `field number ${start} is not allowed`, ALLOWED);
    } else if (start >= end) {
      const text = `the range ${start} to ${end - 1} ends before it starts`;
      report(context, nameSpan(described, range), text);
    } else if (end - 1 > max) {
      const span = start > max ? rangeStartSpan(described, range) : rangeEndSpan(described, range);
      report(context, span, `field number ${Math.max(start, end - 1)} is too large`, ALLOWED);
    }
  }
}

function isWithin(number: number, { start, end }: NumberRange): boolean {
  return start <= number && number < end;
}

/** The smallest number that a field may have and none has; the empty string where there is none. */
function freeNumberText({ field, reservedRange, extensionRange }: DescriptorProto): string {
  const used = field.map(({ number }) => ({ start: number, end: number + 1 }));
  let free = 1;
  for (const { start, end } of byStart([...used, ...reservedRange, ...extensionRange, IMPLEMENTATION])) {
    if (start > free) break;
    free = Math.max(free, end);
  }
  return free > FIELD_NUMBER_MAX ? "" : `the next free one is ${free}`;
}
