/** A process that fills a journal, or recovers one. */
import { join } from "node:path";
import { Journal } from "@redoubt/rpc";
import { answerParent } from "../rpc/answer.js";
import type { JournalQuestions } from "./questions.js";

const RECORD_BYTES = 256;

/** Appended together: as much as shares a write. */
const APPENDED_COUNT = 4_096;

answerParent<JournalQuestions>({
  async fill({ folder, bytes }) {
    const journal = await Journal.open(join(folder, "journal"));
    const record = new Uint8Array(RECORD_BYTES).fill(7);
    while (journal.durablePosition < bytes)
      await Promise.all(Array.from({ length: APPENDED_COUNT }, () => journal.append(record)));
    return {};
  },

  async recover({ folder }) {
    let recordCount = 0;
    const state = {
      restore() {},
      apply() {
        recordCount++;
      },
      snapshot: () => [],
    };
    const startMs = performance.now();
    await Journal.open(join(folder, "journal"), state, { checkpointBytes: Number.MAX_SAFE_INTEGER });
    return { seconds: (performance.now() - startMs) / 1_000, recordCount };
  },
});
