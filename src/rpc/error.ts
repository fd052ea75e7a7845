import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { type Any, anyUnpack } from "@bufbuild/protobuf/wkt";
import { type Metadata, type MetadataInit, metadataFrom } from "./metadata.js";
import { type Status, statusFrom, statusName } from "./status.js";

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
  /** What programs can read, such as the types of google.rpc: made with `detail(schema, message)`. */
  readonly details?: readonly Any[];
  readonly cause?: unknown;
  readonly outcome?: Outcome;
  readonly callId?: string;
}

/** How a call ended, other than with success. Handlers throw it to answer with a status. */
export class RpcError extends Error {
  readonly code: Status;
  readonly metadata: Metadata;
  /** Typed details, packed, those of unknown types too; {@link findDetails} unpacks them. */
  readonly details: readonly Any[];
  readonly outcome: Outcome;
  /**
   * Names an exactly-once call that was sent and whose end its caller has not seen, for `channel.outcomeOf(callId)`;
   * undefined for all others. No secret: it may be logged.
   */
  readonly callId: string | undefined;

  /**
   * `code`: one that is none becomes UNKNOWN. `message` travels to the peer as it is.
   * @throws TypeError on malformed metadata, or details that are not packed
   */
  constructor(code: Status, message = "", options: RpcErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "RpcError";
    this.code = statusFrom(code);
    this.metadata = metadataFrom(options.metadata ?? []);
    this.details = options.details === undefined ? NO_DETAILS : packedDetails(options.details);
    this.outcome = options.outcome ?? "unknown";
    this.callId = options.callId;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** The code's name, such as `NOT_FOUND`. */
  get codeName(): string {
    return statusName(this.code);
  }

  /** All details of that type, unpacked; malformed ones are left out. `findDetails(BadRequestSchema)[0]?.fieldViolations` */
  findDetails<Desc extends DescMessage>(schema: Desc): MessageShape<Desc>[] {
    const found: MessageShape<Desc>[] = [];
    for (const detail of this.details) {
      const message = unpacked(detail, schema);
      if (message !== undefined) found.push(message);
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

const NO_DETAILS: readonly Any[] = [];

function packedDetails(details: readonly Any[]): readonly Any[] {
  for (const { $typeName } of details) {
    if ($typeName !== "google.protobuf.Any")
      throw new TypeError(
        `RpcError: a detail is a ${$typeName ?? "plain object"}: pack it with detail(schema, message)`,
      );
  }
  return details;
}

/** Nothing for another type, nor for bytes that are no message of this one. */
function unpacked<Desc extends DescMessage>(detail: Any, schema: Desc): MessageShape<Desc> | undefined {
  try {
    return anyUnpack(detail, schema);
  } catch {
    return undefined;
  }
}
