import type { FixtureName } from "./fixtures.js";
import type { Direction } from "./scenarios.js";

/** What the parent asks a process that holds one peer. Every message is plain JSON. */
export interface CodecQuestions {
  /** Make the messages and bytes that the rounds will use. */
  prepare: { question: { peer: string; fixture: FixtureName; direction: Direction }; answer: object };
  /** One round; how many messages a second? */
  round: { question: { windowMs: number }; answer: { perSecond: number } };
}
