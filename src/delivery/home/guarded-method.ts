import { Output } from "../../bytes/output.js";
import type { Marshaller } from "../../codec/marshaller.js";
import type { Method } from "../../rpc/method.js";
import type { Admission, GuardedCall, MethodGuard } from "../../server/execution-gate.js";
import type { JournaledStyle } from "./journaled.js";
import type { RedoStyle } from "./redo.js";

/** Most messages fit; memory for a larger one is not kept. */
const DRAFT_BYTES_MAX = 64 * 1024;

/** A method whose calls a home carries out. */
export class GuardedMethod implements MethodGuard {
  readonly method: Method;
  readonly style: RedoStyle | JournaledStyle;
  /** The handler's `this`. */
  readonly owner: object;
  /** Where messages are encoded, to be copied. */
  private readonly draft = new Output();
  private readonly admission: (method: GuardedMethod, call: GuardedCall) => Admission;

  constructor(
    method: Method,
    style: RedoStyle | JournaledStyle,
    owner: object,
    admission: (method: GuardedMethod, call: GuardedCall) => Admission,
  ) {
    this.method = method;
    this.style = style;
    this.owner = owner;
    this.admission = admission;
  }

  get path(): string {
    return this.method.path;
  }

  /** Whether its calls may have a number. */
  get isExactlyOnce(): boolean {
    return this.method.promise === "exactly-once";
  }

  admit(call: GuardedCall): Admission {
    return this.admission(this, call);
  }

  /** @throws where the message cannot be encoded */
  encodeRequest(message: unknown): Uint8Array {
    return this.encoded(this.method.request, message);
  }

  /** @throws where the bytes are no request */
  decodeRequest(bytes: Uint8Array): unknown {
    return this.method.request.decode(bytes, 0, bytes.length);
  }

  /** @throws where the message cannot be encoded */
  encodeResponse(message: unknown): Uint8Array {
    return this.encoded(this.method.response, message);
  }

  /** In memory of its own, and no larger. */
  private encoded(marshaller: Marshaller, message: unknown): Uint8Array {
    const { draft } = this;
    draft.length = 0;
    marshaller.encode(message, draft);
    const bytes = draft.bytes.slice(0, draft.length);
    if (draft.bytes.length > DRAFT_BYTES_MAX) draft.detach();
    return bytes;
  }
}
