import type { PastEpoch } from "../../journal/epochs.js";
import type { Mark } from "../mark.js";
import type { HomeJournal } from "./home-journal.js";

/** Whether a home has, in its own history, what a client has seen of it. */
export function hasSeen(journal: HomeJournal, mark: Mark): boolean {
  const epoch = epochNumbered(journal.epochs, mark.epoch);
  if (epoch === undefined || epoch.id !== mark.epochId) return false;
  return (
    mark.position <= (epochNumbered(journal.epochs, mark.epoch + 1)?.position ?? journal.durablePosition)
  );
}

/** Epochs have consecutive numbers. */
function epochNumbered(epochs: readonly PastEpoch[], number: number): PastEpoch | undefined {
  return epochs[number - epochs[0].number];
}
