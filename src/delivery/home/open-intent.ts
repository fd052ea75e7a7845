/** A call that was begun and has no answer yet: it is carried out again until it has one. */
export interface OpenIntent {
  /** `/package.Service/Method` */
  readonly method: string;
  readonly conflictKey: string;
  /** Who has called. */
  readonly principal: string;
  /** How often its handler has run since the home was opened. */
  readonly attempts: number;
  /** What the last run has thrown, or why its answer could not be recorded. */
  readonly lastError: unknown;
  /**
   * When it was begun, in milliseconds since 1970 by the system's clock; for those of an earlier run of the server, when
   * that of this one was.
   */
  readonly sinceEpochMs: number;
}
