/** What the parent asks the processes that are measured. Every message is plain JSON. */
import type { RoundTimes } from "../rpc/load.js";
import type { RoundResult } from "../rpc/questions.js";

export interface LogQuestions {
  /** Open the peer's log in an empty folder. */
  open: { question: { peer: string; folder: string; outstanding: number }; answer: object };
  round: { question: RoundTimes; answer: RoundResult };
}

export interface ServerQuestions {
  /** Start the peer's server with its data in an empty folder. */
  serve: { question: { peer: string; folder: string }; answer: { address: string } };
}

export interface ClientQuestions {
  connect: { question: { peer: string; address: string; outstanding: number }; answer: object };
  round: { question: RoundTimes; answer: RoundResult };
}

export interface JournalQuestions {
  /** Write a log of so many bytes and leave it as a crash does. */
  fill: { question: { folder: string; bytes: number }; answer: object };
  /** Open it; how long did that take, and how many records were there? */
  recover: { question: { folder: string }; answer: { seconds: number; recordCount: number } };
}

export interface MemoryQuestions {
  /** How many bytes of heap does each remembered session take, and each remembered answer? */
  measure: { question: { folder: string; count: number }; answer: { client: number; call: number } };
}
