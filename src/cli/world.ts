/** What a command gets of the process that it runs in; a test hands in its own. */
export interface World {
  /** The current directory: relative paths count from it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Aborted when a command that runs until it is told to stop shall end. */
  readonly stop: AbortSignal;
}

/** Where text or bytes go. */
export interface Sink {
  write(data: string | Uint8Array): void;
  /** Whether what it is shown on has colours. */
  readonly hasColors: boolean;
}

/** How a command ended; the shell's `$?`. */
export const ExitCode = {
  OK: 0,
  /** The interface has errors, or breaks one of its users; or the output could not be made. */
  FAILED: 1,
  /** The command was called wrongly; of `compatible` also: one of the two versions has errors. */
  USAGE: 2,
  /** Redoubt itself is wrong (EX_SOFTWARE of sysexits.h). */
  BUG: 70,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A command called wrongly. Ends it with `ExitCode.USAGE`. */
export class UsageError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = "UsageError";
    this.hint = hint;
  }
}
