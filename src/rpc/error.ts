import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { type Any, anyUnpack } from "@bufbuild/protobuf/wkt";
import { type Metadata, type MetadataInit, metadataFrom } from "./metadata.js";
import { type Status, statusName } from "./status.js";

/**
 * What became of a call that failed:
 * - `not-executed`: its request was never handed to the network, or the server provably did not start it;
 * - `executed`: the server's handler was started;
 * - `unknown`: neither is certain. A local deadline leaves this behind, and any connection lost after the request left.
 */
export type Outcome = "not-executed" | "executed" | "unknown";

/** What an error says besides its code and message; all optional. */
export interface RpcErrorOptions {
  /** Trailers, from the server or for the client. */
  readonly metadata?: MetadataInit;
  /** Typed details (google.rpc.*), packed. */
  readonly details?: readonly Any[];
  readonly cause?: unknown;
  readonly outcome?: Outcome;
}

/** How a call ended, other than with success. Handlers throw it to answer with a status. */
export class RpcError extends Error {
  readonly code: Status;
  readonly metadata: Metadata;
  readonly details: readonly Any[];
  readonly outcome: Outcome;

  /** `message` travels to the peer as it is. */
  constructor(code: Status, message = "", options: RpcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "RpcError";
    this.code = code;
    this.metadata = metadataFrom(options.metadata ?? []);
    this.details = options.details ?? [];
    this.outcome = options.outcome ?? "unknown";
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The code's name, such as `NOT_FOUND`. */
  get codeName(): string {
    return statusName(this.code);
  }

  /** All details of that type, unpacked. */
  findDetails<Desc extends DescMessage>(schema: Desc): MessageShape<Desc>[] {
    const found: MessageShape<Desc>[] = [];
    for (const detail of this.details) {
      const message = anyUnpack(detail, schema);
      if (message !== undefined) found.push(message as MessageShape<Desc>);
    }
    return found;
  }

  override toString(): string {
    return `${this.name}: [${this.codeName}] ${this.message}`;
  }

  /** Whether `error` is an RpcError, also one of another copy of this package in the same program. */
  static is(error: unknown): error is RpcError {
    return error instanceof Error && (error as { [BRAND]?: unknown })[BRAND] === true;
  }
}

const BRAND: unique symbol = Symbol.for("@redoubt/rpc/RpcError") as never;
