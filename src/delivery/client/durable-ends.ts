import { JournalError } from "../../journal/journal-error.js";
import { type CallEnd, localEnd } from "../../rpc/call-end.js";
import { Status } from "../../rpc/status.js";

/** As much is remembered as may be. */
export function rememberedEnough(refusal: string): CallEnd {
  return localEnd(Status.RESOURCE_EXHAUSTED, refusal, "not-executed");
}

/** A key that names another call, of the method at `path` or with another request. */
export function keyTaken(key: string, path: string): CallEnd {
  const message = `the key ${JSON.stringify(key)} names another call, of ${path}, or one with another request: the same key is the same call until forget(key)`;
  return localEnd(Status.INVALID_ARGUMENT, message, "not-executed");
}

/** A call that is asked about, and not known. */
export function unknownCall(callId: string): CallEnd {
  const message = `no unfinished call of this client has the id ${JSON.stringify(callId)}, nor one that was given up a short time ago`;
  return localEnd(Status.NOT_FOUND, message, "unknown");
}

/** The client's journal did not take what it was to record. */
export function endOfJournal(error: unknown): CallEnd {
  const message = error instanceof Error ? error.message : String(error);
  const isFull = error instanceof JournalError && NO_ROOM.has(error.fault);
  return localEnd(isFull ? Status.RESOURCE_EXHAUSTED : Status.INTERNAL, message, "unknown", error);
}

/** Whether the journal may take later what it did not take now. */
export function maySoonBeTaken(error: unknown): boolean {
  return error instanceof JournalError && (error.fault === "full" || error.fault === "busy");
}

const NO_ROOM: ReadonlySet<string> = new Set(["full", "busy", "too-large"]);
