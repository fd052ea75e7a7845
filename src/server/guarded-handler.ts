/** What a handler has that only an execution gate can run, such as those that `redo` and `journaled` make. */
export const GUARDED: unique symbol = Symbol.for("@redoubt/rpc/guarded") as never;

/** A handler that says how it wants to be run. */
export interface GuardedHandler {
  readonly [GUARDED]: GuardedStyle;
}

/** How a handler wants to be run: for its gate to know. */
export interface GuardedStyle {
  /** As users write it: `redo`. */
  readonly name: string;
}

/** How a handler wants to be run; undefined for a plain one. */
export function guardedStyle(handler: object): GuardedStyle | undefined {
  return (handler as Partial<GuardedHandler>)[GUARDED];
}
