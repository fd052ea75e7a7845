export type { Epoch, PastEpoch } from "./epochs.js";
export { Journal, type JournalOptions } from "./journal.js";
export { JournalError, type JournalFault, type JournalPlace } from "./journal-error.js";
export type { JournaledState } from "./journaled-state.js";
export type { JournalRecord } from "./log-reading.js";
export type { Reservation } from "./reservations.js";
