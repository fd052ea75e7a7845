import type { Questions } from "./questions.js";

/** What travels from parent to child. */
export interface Asked {
  readonly name: string;
  readonly question: object;
}

/** What travels back. */
export type Answered = { readonly answer: object } | { readonly error: string };

/**
 * Lets this child process answer its parent's questions, one at a time. A handler that rejects answers with the error.
 * The process ends with its parent.
 */
export function answerParent<Q extends Questions<keyof Q>>(
  handlers: {
    [Name in keyof Q]: (question: Q[Name]["question"]) => Promise<Q[Name]["answer"]>;
  },
): void {
  process.on("message", async ({ name, question }: Asked) => {
    let answered: Answered;
    try {
      answered = { answer: await handlers[name as keyof Q](question) };
    } catch (error) {
      answered = { error: String(error) };
    }
    process.send!(answered);
  });
  process.on("disconnect", () => process.exit());
}
