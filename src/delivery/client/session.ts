import type { MessageInitShape } from "@bufbuild/protobuf";
import type { SessionSchema } from "../../rpc/gen/redoubt/delivery_pb.js";
import type { Runtime } from "../../runtime/runtime.js";
import { formatCallHeader } from "../call-header.js";
import { identityText } from "../identity.js";
import { formatMark, isLater, type Mark } from "../mark.js";
import { CallNumbers, type NumberRange } from "./call-numbers.js";

/** What a home has said when it opened a session. */
export interface SessionTerms {
  /** The home's identity. */
  readonly home: string;
  /** The session's id: a secret. */
  readonly client: string;
  readonly incarnation: number;
  /** Numbers for new calls start here. */
  readonly nextSequence: number;
  /** A call's number must be below the lowest unanswered one plus this. */
  readonly window: number;
  /** After so many milliseconds without a sign of the client the home forgets it. */
  readonly expiresAfterMs: number;
  /** The paths of the methods that are called exactly once. */
  readonly methods: readonly string[];
  readonly mark: Mark;
}

/** A session that is open, as its client sees it: its calls' numbers, and the latest mark of its home. */
export class Session {
  readonly terms: SessionTerms;
  readonly numbers: CallNumbers;
  /** What the ids of its calls begin with. */
  readonly key: string;
  /** The highest ack that was sent. */
  toldAck: number;
  /** A call was sent since this was last made false. */
  hasSent = false;
  private readonly guarded: ReadonlySet<string>;
  private latest: Mark;
  private latestText: string;

  /** `numbers`: of a session that had calls before. */
  constructor(runtime: Pick<Runtime, "sha256">, terms: SessionTerms, numbers?: NumberRange) {
    this.terms = terms;
    this.numbers = new CallNumbers(numbers ?? { next: terms.nextSequence, window: terms.window });
    this.toldAck = numbers === undefined ? terms.nextSequence : 0;
    this.key = sessionKey(runtime, terms);
    this.guarded = new Set(terms.methods);
    this.latest = terms.mark;
    this.latestText = formatMark(terms.mark);
  }

  /** Whether the home calls that method exactly once. */
  guards(path: string): boolean {
    return this.guarded.has(path);
  }

  /** The `redoubt-call` field of a call that is about to be sent. */
  header(sequence: number): string {
    const { ack } = this.numbers;
    this.toldAck = ack;
    this.hasSent = true;
    return formatCallHeader(this.terms, sequence, ack, this.latestText);
  }

  /** The home has come so far. */
  see(mark: Mark): void {
    if (!isLater(mark, this.latest)) return;
    this.latest = mark;
    this.latestText = formatMark(mark);
  }

  /** The latest mark of the home. */
  get mark(): Mark {
    return this.latest;
  }

  /** As the requests of redoubt.Delivery name it. */
  get credentials(): MessageInitShape<typeof SessionSchema> {
    const { home, client, incarnation } = this.terms;
    return { home, client, incarnation: BigInt(incarnation), mark: this.latestText };
  }

  /** Names one of its calls. */
  callId(sequence: number): string {
    return `${this.key}.${sequence}`;
  }
}

/** What the ids of a session's calls begin with. */
export function sessionKey(
  runtime: Pick<Runtime, "sha256">,
  { home, client }: Pick<SessionTerms, "home" | "client">,
): string {
  return `${home}.${sessionName(runtime, client)}`;
}

/** 22 characters that do not lead back to the id. */
function sessionName(runtime: Pick<Runtime, "sha256">, client: string): string {
  return identityText(runtime.sha256(new TextEncoder().encode(client)).subarray(0, 16));
}
