import type { Any } from "@bufbuild/protobuf/wkt";
import type { CallContext } from "../../rpc/call-context.js";
import type { Method } from "../../rpc/method.js";
import type { Status } from "../../rpc/status.js";
import { GUARDED, type GuardedHandler, type GuardedStyle } from "../../server/guarded-handler.js";

/** How calls of a `redo` handler are carried out. */
export interface RedoOptions<Request> {
  /**
   * What the call changes, as a text: of the calls with one key only one is carried out at a time, over all methods of
   * the home, and the others wait. A path, an account, a mail's id.
   */
  readonly conflictKey: (request: Request) => string;
}

/** What a `redo` handler knows of the call that it carries out: whoever waits for the answer may be gone already. */
export interface RedoCall {
  readonly method: Method;
  /** Who has called, as {@link HomeOptions.principal} says; empty where nobody has proved who it is. */
  readonly principal: string;
  /**
   * The same in every run of this call, and in none of another, even if the home was put back to an older copy: an
   * idempotency key for systems that know such. 22 characters, no secret. A call of plain gRPC has one too, by chance.
   */
  readonly id: string;
  /** An earlier run may have had its effect, wholly or in part: look before doing it again. */
  readonly redo: boolean;
  /** What an earlier run has noted. */
  readonly noted: Uint8Array | undefined;
  /**
   * Aborts when the home gives this run up: it is closed, and its grace is over, or its journal has failed. The call stays
   * open, and the next start does it again, once this run has ended: end it soon, and throw.
   */
  readonly signal: AbortSignal;
  /**
   * Keeps what this run has seen, such as whether the thing was there already, for the run that may come after a crash:
   * durable once it resolves. At most once a call, and at most 64 KiB; the array may be reused at once. Rejects where it
   * cannot be kept: do nothing then, and throw.
   */
  note(bytes: Uint8Array): Promise<void>;
  /**
   * Completes the call with an error, for ever: this is its answer, even if what is thrown here goes no further. Write
   * `return call.refuse(…)`: the compiler does not see otherwise that nothing comes after.
   * @throws always
   */
  refuse(code: Status, message?: string, options?: { readonly details?: readonly Any[] }): never;
}

/** A handler made by {@link redo}. */
export type RedoHandler<Request, Response> = GuardedHandler &
  ((request: Request, call: CallContext) => Response | Promise<Response>);

/**
 * A handler whose effect is outside: a directory, a mail, another system. That it is to run is recorded first, then it
 * runs, then its answer is recorded. If the server crashes in between it runs again, with `call.redo`; until it returns,
 * or calls `call.refuse`, the call stays open, is tried again and again, and shows in `home.openIntents`. Throwing, an
 * RpcError too, completes nothing.
 */
export function redo<Request, Response>(
  options: RedoOptions<Request>,
  handler: (request: Request, call: RedoCall) => Response | Promise<Response>,
): RedoHandler<Request, Response> {
  if (typeof options?.conflictKey !== "function" || typeof handler !== "function")
    throw new TypeError(
      "redo({ conflictKey: (request) => text }, handler): say what calls must not change together",
    );
  const style: RedoStyle = {
    name: "redo",
    conflictKey: options.conflictKey as RedoStyle["conflictKey"],
    handler: handler as RedoStyle["handler"],
  };
  return Object.assign(runsOnlyInAHome, { [GUARDED]: style });
  function runsOnlyInAHome(): never {
    throw new TypeError("a redo(…) handler cannot be called: a server with a home runs it");
  }
}

/** What a redo handler is to a home. */
export interface RedoStyle extends GuardedStyle {
  readonly name: "redo";
  readonly conflictKey: (request: unknown) => string;
  readonly handler: (this: object, request: unknown, call: RedoCall) => unknown;
}
