import type { JournalError } from "../../journal/journal-error.js";
import type { CallContext } from "../../rpc/call-context.js";
import { checkOptions, type OptionNames } from "../../rpc/check-options.js";
import type { Runtime } from "../../runtime/runtime.js";
import { certifiedPrincipal } from "./certified-principal.js";
import type { OpenIntent } from "./open-intent.js";

/** Settings of a home; all optional. */
export interface HomeOptions {
  /** The outside world; default: Node's. The server's is to be the same. */
  readonly runtime?: Runtime;
  /** How large each file of the journal is, in bytes: 4 KiB … 1 GiB; default 16 MiB. */
  readonly segmentBytes?: number;
  /** After so many bytes of log the journal makes a checkpoint; default 64 MiB. */
  readonly checkpointBytes?: number;
  /**
   * Who calls, as a text of at most 1,024 characters: a session serves only who has opened it. Called for every attempt,
   * behind the interceptors, which may have checked a token by then. What it throws ends the call as if the handler had
   * thrown it. Default: whom the client's verified certificate names, with TLS, and else "", for whom a session's id is
   * all there is to prove.
   */
  readonly principal?: (call: CallContext) => string;
  /**
   * A client of which nothing is heard for so many milliseconds is forgotten, never sooner; 1,000 …, default 7 days. Only
   * time in which the server serves counts, and after a start everybody has up to an hour to speak up.
   */
  readonly expiresAfterMs?: number;
  /**
   * Sessions that one principal may have; default 100,000. Beyond: RESOURCE_EXHAUSTED, until some are closed or expire. All
   * who have proved nothing are one principal: strangers can use up what it may have.
   */
  readonly maxSessions?: number;
  /**
   * Bytes of answers, open calls and calls under way that are kept for one principal; default 256 MiB. Beyond, new calls get
   * RESOURCE_EXHAUSTED.
   */
  readonly maxRememberedBytes?: number;
  /**
   * Bytes of an answer that is kept; default 64 KiB. A larger one becomes RESOURCE_EXHAUSTED. For each open intent so much
   * room is held on the disk.
   */
  readonly maxAnswerBytes?: number;
  /** How long to wait before an intent that failed is tried again, in milliseconds: at first (default 100), growing to the most (default 60,000). */
  readonly retry?: { readonly initialMs?: number; readonly maxMs?: number };
  /** Gets what a `redo` handler throws, or why its answer could not be recorded: for a log. The call stays open. Default: nothing is done with it. */
  readonly onIntentError?: (error: unknown, intent: OpenIntent) => void;
  /**
   * Called once, when the home's journal has failed: calls are refused from then on, until the server is started again.
   * Default: nothing is done; `home.failure` has it, too.
   */
  readonly onFailure?: (failure: JournalError) => void;
  /**
   * Gets what the journal notices and an operator should know, such as a checkpoint that is damaged or could not be made,
   * those of its opening first: for a log. Default: nothing is done; `home.warnings` has them, too.
   */
  readonly onWarning?: (warning: string) => void;
}

const OPTIONS: OptionNames<HomeOptions> = {
  checkpointBytes: true,
  expiresAfterMs: true,
  maxAnswerBytes: true,
  maxRememberedBytes: true,
  maxSessions: true,
  onFailure: true,
  onIntentError: true,
  onWarning: true,
  principal: true,
  retry: true,
  runtime: true,
  segmentBytes: true,
};

/** @throws TypeError where one is none */
export function checkHomeOptions(options: HomeOptions): void {
  checkOptions("Home.open", options, OPTIONS);
}

/** The same, complete. */
export interface HomeSettings {
  readonly principal: (call: CallContext) => string;
  readonly expiresAfterMs: number;
  readonly maxSessions: number;
  readonly maxRememberedBytes: number;
  readonly maxAnswerBytes: number;
  readonly retryMs: { readonly initial: number; readonly max: number };
  readonly onIntentError: (error: unknown, intent: OpenIntent) => void;
  readonly onFailure: (failure: JournalError) => void;
  readonly onWarning: (warning: string) => void;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** @throws TypeError on options that are none */
export function homeSettings(options: HomeOptions, runtime: Runtime): HomeSettings {
  return {
    principal: options.principal ?? ((call) => certifiedPrincipal(call, runtime)),
    expiresAfterMs: atLeast(1000, "expiresAfterMs", options.expiresAfterMs ?? 7 * DAY_MS),
    maxSessions: atLeast(1, "maxSessions", options.maxSessions ?? 100_000),
    maxRememberedBytes: atLeast(0, "maxRememberedBytes", options.maxRememberedBytes ?? 256 * 1024 * 1024),
    maxAnswerBytes: atLeast(0, "maxAnswerBytes", options.maxAnswerBytes ?? 64 * 1024),
    retryMs: {
      initial: atLeast(1, "retry.initialMs", options.retry?.initialMs ?? 100),
      max: atLeast(1, "retry.maxMs", options.retry?.maxMs ?? 60_000),
    },
    onIntentError: options.onIntentError ?? (() => {}),
    onFailure: options.onFailure ?? (() => {}),
    onWarning: options.onWarning ?? (() => {}),
  };
}

function atLeast(least: number, name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`${name} is ${value}: it must be a whole number from ${least} on`);
}
