import type { Inspection } from "../../journal/inspection.js";
import type { JournalPlace } from "../../journal/journal-error.js";
import type { toner } from "../report.js";

/** Where the log ends and what that means. */
export function endText({ end }: Inspection): string {
  if (end === undefined) return "its end was not found";
  const { position, isSealed, isTorn } = end;
  const at = `ends at position ${position.toLocaleString("en")}`;
  if (isSealed && !isTorn) return `${at}; closed in good order`;
  const torn = isTorn
    ? "; what was begun behind that was never acknowledged, and goes when it is opened"
    : "";
  return `${at}; not closed: a program is using it, and its end moves, or was killed${torn}`;
}

/** What is damaged, and what cannot be read though it is not. */
export function problemLines({ problems, unreadable }: Inspection, tone: ReturnType<typeof toner>): string[] {
  const listed = (title: string, places: readonly JournalPlace[]) =>
    places.length === 0
      ? []
      : [
          tone("bad", title),
          ...places.map(({ file, offset, damage }) => `  ${file}, offset ${offset}: ${damage}`),
        ];
  return [...listed("damaged", problems), ...listed("unreadable", unreadable)];
}
