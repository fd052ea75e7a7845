/** What a command gets of the process that it runs in; a test hands in its own. */
export interface World {
  /** The current directory: relative paths count from it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Aborted when a command that runs until it is told to stop shall end. */
  readonly stop: AbortSignal;
}

/** Where text or bytes come from. */
export interface Source {
  /** Whether a person types it. */
  readonly isTerminal: boolean;
  /** To be read once, as it comes. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Nothing more is read; who still waits for a chunk is told that there is none. */
  close(): void;
}

/** Where text or bytes go. */
export interface Sink {
  write(data: string | Uint8Array): void;
  /** Resolves when what was written is no more than the sink keeps at hand. */
  drained(): Promise<void>;
  /** Whether what it is shown on has colours. */
  readonly hasColors: boolean;
  /** Whether a person looks at it. */
  readonly isTerminal: boolean;
}

/** How a command ended; the shell's `$?`. A call that failed ends with `STATUS` and its status code added. */
export const ExitCode = {
  OK: 0,
  /** The interface has errors, or breaks one of its users; a service is not serving; or the output could not be made. */
  FAILED: 1,
  /** The command was called wrongly; of `compatible` also: one of the two versions has errors. */
  USAGE: 2,
  /** Redoubt itself is wrong (EX_SOFTWARE of sysexits.h). */
  BUG: 70,
  /** 101 to 116 are the status codes of gRPC: 105 is NOT_FOUND. Shells have those from 126 on for themselves. */
  STATUS: 100,
} as const;
export type ExitCode = number;

/** Ends a command; people are told why, and what they can do. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(exitCode: ExitCode, message: string, hint?: string) {
    super(message);
    this.name = "CommandError";
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** A command called wrongly. */
export class UsageError extends CommandError {
  constructor(message: string, hint?: string) {
    super(ExitCode.USAGE, message, hint);
    this.name = "UsageError";
  }
}
