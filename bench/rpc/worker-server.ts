/** The server process: serves one peer and tells its own memory. */
import { setTimeout as sleep } from "node:timers/promises";
import { loadPeer } from "../peers/registry.js";
import { answerParent } from "./answer.js";
import type { ServerQuestions } from "./questions.js";

/** Collections before memory is read, and the pause after each, in which freed pages go back to the system. */
const COLLECTION_COUNT = 5;
const COLLECTION_PAUSE_MS = 40;

answerParent<ServerQuestions>({
  async serve({ peer, realCalls }) {
    const { serve } = await loadPeer(peer);
    return { address: await serve({ realCalls }) };
  },

  async memory() {
    for (let count = 0; count < COLLECTION_COUNT; count++) {
      globalThis.gc!();
      await sleep(COLLECTION_PAUSE_MS);
    }
    return { residentBytes: process.memoryUsage.rss() };
  },
});
