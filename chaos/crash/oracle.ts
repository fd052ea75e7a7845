/** A call as it was asked for. */
export interface AskedCall {
  /** Its own, and part of its effect. */
  readonly name: string;
  readonly list: ListName;
  /** Whether its handler refuses it. */
  readonly isRefused: boolean;
}

/** A list of the world, which handlers change, or one in the server's journaled state. */
export type ListName = `world ${number}` | `state ${number}`;

/** What a call came to, for good: its name stands at a place in its list, or was refused by its handler. */
export type Answer =
  | {
      readonly place: number;
      /** Of which call the answer itself says that it is done. */
      readonly of: string;
    }
  | "refused";

/** What is known of a call that has no answer. */
export type Unanswered = "unknown" | "not executed";

/** Which names stand in a list, in their order. */
export type Lists = ReadonlyMap<string, readonly string[]>;

/** What was not kept: the kinds that programs without promises have to be found out by, and all others. */
export type ViolationKind =
  /** An effect was had more than once. */
  | "repeated"
  /** What was acknowledged is not there. */
  | "lost"
  /** It was not executed, or refused, they said, and has had an effect. */
  | "denied"
  | "other";

export interface Violation {
  readonly kind: ViolationKind;
  readonly text: string;
}

export interface Judgement {
  readonly violations: readonly Violation[];
  /** Calls that have an answer: those must have had exactly one effect, or none where they were refused. */
  readonly acknowledged: number;
  readonly refused: number;
  /** Calls without an answer that have had an effect, and that have had none. */
  readonly unansweredWithEffect: number;
  readonly unansweredWithoutEffect: number;
}

interface KnownCall extends AskedCall {
  answer?: Answer;
  /** What gave the answer first. */
  answeredBy?: string;
  unanswered?: Unanswered;
}

/**
 * Says whether calls were carried out exactly once. It knows what callers were told and, in the end, which effects there are,
 * and nothing of how it came about.
 */
export class Oracle {
  private readonly calls = new Map<string, KnownCall>();
  private readonly violations: Violation[] = [];

  /** Before the call leaves the oracle's sight. */
  asked(call: AskedCall): void {
    this.calls.set(call.name, { ...call });
  }

  /** Each answer that anybody gets to see; `by` says how it came: "the call", "asked again after a restart". */
  answered(name: string, answer: Answer, by: string): void {
    const call = this.calls.get(name);
    if (call === undefined) {
      this.violation(`${name}, which nobody has asked for, is answered by ${by}`);
      return;
    }
    if (call.answer === undefined) {
      call.answer = answer;
      call.answeredBy = by;
    } else if (textOf(call.answer) !== textOf(answer)) {
      const [before, now] = [textOf(call.answer), textOf(answer)];
      this.violation(`${name}: ${call.answeredBy} has said ${before}, but ${by} says ${now}`);
    }
    if (call.unanswered === "not executed" && answer !== "refused")
      this.violation(`${name}: was not executed, it was said, but ${by} says ${textOf(answer)}`);
    if (answer !== "refused" && answer.of !== name)
      this.violation(`${name}: ${by} gives the answer of ${answer.of}`);
  }

  /** No more will be heard of the call. */
  gaveUp(name: string, what: Unanswered): void {
    const call = this.calls.get(name);
    if (call !== undefined) call.unanswered = what;
  }

  /** What must not happen, whatever the calls. */
  violation(text: string, kind: ViolationKind = "other"): void {
    this.violations.push({ kind, text });
  }

  hasAnswer(name: string): boolean {
    return this.calls.get(name)?.answer !== undefined;
  }

  /**
   * After healing: every call has an answer or was given up, and `lists` is all there is. Then begins anew. Undefined: nobody
   * could look, which is a violation of its own; then only what was said is judged.
   */
  judge(lists: Lists | undefined): Judgement {
    const effects = this.effectsIn(lists ?? new Map());
    const counts = { acknowledged: 0, refused: 0, unansweredWithEffect: 0, unansweredWithoutEffect: 0 };
    for (const call of this.calls.values()) {
      const places = effects.get(call.name) ?? [];
      this.judgeWords(call);
      if (lists !== undefined) this.judgeEffects(call, places);
      if (call.answer === "refused") counts.refused++;
      else if (call.answer !== undefined) counts.acknowledged++;
      else if (places.length > 0) counts.unansweredWithEffect++;
      else counts.unansweredWithoutEffect++;
    }
    const violations = this.violations.splice(0);
    this.calls.clear();
    return { violations, ...counts };
  }

  /** Where each name stands. */
  private effectsIn(lists: Lists): Map<string, string[]> {
    const effects = new Map<string, string[]>();
    for (const [list, names] of lists) {
      for (const [place, name] of names.entries()) {
        const found = effects.get(name) ?? [];
        effects.set(name, [...found, `${list}, place ${place}`]);
        if (!this.calls.has(name)) this.violation(`${name}, which nobody has asked for, is in ${list}`);
      }
    }
    return effects;
  }

  private judgeWords({ name, isRefused, answer, answeredBy, unanswered }: KnownCall): void {
    if (answer === undefined && unanswered === undefined) this.violation(`${name}: was never resolved`);
    if (answer === "refused" && !isRefused)
      this.violation(`${name}: ${answeredBy} says refused, which nobody did`);
  }

  private judgeEffects(
    { name, list, isRefused, answer, answeredBy, unanswered }: KnownCall,
    places: readonly string[],
  ): void {
    const where = places.length === 0 ? "nowhere" : `in ${places.join(" and ")}`;
    if (places.length > 1)
      this.violation(`${name}: was executed ${places.length} times, it stands ${where}`, "repeated");
    const mustBeAbsent = isRefused || answer === "refused" || unanswered === "not executed";
    if (mustBeAbsent && places.length > 0)
      this.violation(`${name}: must not have had an effect, but stands ${where}`, "denied");
    if (answer === undefined || answer === "refused") return;
    const due = `${list}, place ${answer.place}`;
    if (!places.includes(due))
      this.violation(`${name}: ${answeredBy} says ${due}, but it stands ${where}`, "lost");
  }
}

function textOf(answer: Answer): string {
  return answer === "refused" ? answer : `place ${answer.place}`;
}
