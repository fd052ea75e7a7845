import type { CallCredentials } from "../rpc/call-credentials.js";
import type { CallOptions } from "./call-options.js";

/** The time for the whole call: its own, the channel's or what is left of its parent's, whichever is shortest. @throws TypeError */
export function effectiveTimeout(
  options: CallOptions,
  defaultTimeoutMs: number | undefined,
): number | undefined {
  const own = options.timeoutMs ?? defaultTimeoutMs;
  if (own !== undefined && Number.isNaN(own)) throw new TypeError("timeoutMs is not a number");
  const inherited = options.parent?.timeRemainingMs();
  if (own === undefined || own === Number.POSITIVE_INFINITY) return inherited;
  return inherited === undefined ? own : Math.min(own, inherited);
}

/** Those of the channel and of the call; undefined for none. */
export function effectiveCredentials(
  { credentials }: CallOptions,
  inherited: readonly CallCredentials[],
): readonly CallCredentials[] | undefined {
  if (credentials === undefined) return inherited.length === 0 ? undefined : inherited;
  return [...inherited, ...[credentials].flat()];
}

/** What takes the call back. */
export function effectiveSignals(options: CallOptions): readonly AbortSignal[] {
  const { signal, parent } = options;
  if (signal === undefined && parent === undefined) return NO_SIGNALS;
  return [signal, parent?.signal].filter((one) => one !== undefined);
}

const NO_SIGNALS: readonly AbortSignal[] = [];
