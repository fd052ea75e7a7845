export interface Request {
  readonly method: "MakeDirectory" | "ListDirectory" | (string & {});
  readonly path: string;
  readonly timeoutMs?: number;
  /** Pairs of key and value; base64 if the key ends in `-bin`. */
  readonly metadata?: readonly (readonly [string, string])[];
}

/** What a caller saw of one call, the same for every language. */
export interface Answer {
  /** The name of the status: `OK`, `NOT_FOUND`, … */
  readonly code: string;
  readonly message: string;
  /** Pairs of name and "is a directory". */
  readonly entries: readonly (readonly [string, boolean])[];
  /** Pairs of key and value; base64 if the key ends in `-bin`. */
  readonly trailers: readonly (readonly [string, string])[];
  readonly tookMs: number;
  /** Only where the caller is Redoubt. */
  readonly outcome?: string;
}

/** A client of the Directories service, in whatever language. */
export interface Caller {
  call(request: Request): Promise<Answer>;
  close(): Promise<void>;
}
