import { type Oracle, OracleFailure } from "./oracles.test.util.js";
import type { Outside } from "./outside.test.util.js";
import type { Program } from "./program.test.util.js";
import type { World } from "./world.test.util.js";

/** How a logical call has its effect. */
export type Style =
  /** Outside, by a handler that notes what was there before. */
  | "redo"
  /** In the journaled state. */
  | "journaled"
  /** As redo, but sent as a plain gRPC call, which is never repeated. */
  | "plain"
  /** A query of the journaled state, without an effect. */
  | "query"
  /** What an adversary sends. */
  | "forged";

/** What an application has been told about a call. */
export type Told =
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "refused"; readonly text: string }
  | { readonly kind: "not-executed"; readonly text: string }
  /** Nobody knows, or nobody knows yet. */
  | { readonly kind: "unknown"; readonly text: string };

interface Fate {
  readonly label: string;
  readonly style: Style;
  readonly submittedMs: number;
  /** The last that its application was told. */
  told: Told | undefined;
  /** When it first had its answer. */
  toldMs: number | undefined;
  /** The recorded answer, as it was first seen. */
  recorded: string | undefined;
  entries: number;
  hasReturned: boolean;
  /** When the home has said first that it never runs. */
  deniedMs: number | undefined;
  /** What it was answered with may have been undone, since the home was set back. */
  isVoid: boolean;
  /** Before that the home had said that it never runs: who hears so only now is told what was true. */
  wasDenied: boolean;
  noted: string | undefined;
  /** The program in which it ran last. */
  ranIn: Program | undefined;
}

/** A transaction as it tells of itself in its answer and in the state: which version of each account it read or wrote. */
export interface Transaction {
  readonly label: string;
  /** What it writes as its name: its label and the process that has done it. */
  readonly by: string;
  /** How often it has been done. */
  readonly count: number;
  readonly reads: ReadonlyMap<string, Version>;
  readonly writes: ReadonlyMap<string, number>;
}

/** Each write of an account has the next number. */
export interface Version {
  readonly number: number;
  readonly writer: string;
}

/** The state of a home, as it is in the end. */
export interface FinalState {
  readonly sum: number;
  readonly accounts: ReadonlyMap<string, Version>;
  readonly done: ReadonlyMap<string, Transaction>;
}

/** What the recorded refusal of a call that never ran begins with. */
const CANCELLED = "1 ";

/** Keeps what happened to each logical call, apart from all code under test, and compares it with what was promised. */
export class Judge {
  private readonly world: World;
  private readonly outside: Outside;
  private readonly fates = new Map<string, Fate>();
  /** The labels that have entered for a cell, in order. */
  private readonly entered = new Map<string, { label: string; program: Program }[]>();
  private readonly toldVersions = new Map<string, Map<number, string>>();
  private readonly told: Transaction[] = [];

  private wasSetBack = false;
  /** What an oracle has found first. */
  failure: OracleFailure | undefined;

  constructor(world: World, outside: Outside) {
    this.world = world;
    this.outside = outside;
  }

  /** An oracle has found something. It is kept as well as thrown, since what throws here may be a handler. */
  fail(oracle: Oracle, detail: string): never {
    this.failure ??= new OracleFailure(oracle, detail);
    throw this.failure;
  }

  submitted(label: string, style: Style): void {
    if (this.fates.has(label)) return;
    const submittedMs = this.world.nowMs;
    this.fates.set(label, {
      label,
      style,
      submittedMs,
      told: undefined,
      toldMs: undefined,
      recorded: undefined,
      entries: 0,
      hasReturned: false,
      deniedMs: undefined,
      isVoid: false,
      wasDenied: false,
      noted: undefined,
      ranIn: undefined,
    });
  }

  /** A handler begins. */
  enters(
    label: string,
    call: { cell: string; program: Program; isRedo: boolean; noted: string | undefined },
  ): void {
    const fate = this.fates.get(label);
    if (fate === undefined || fate.style === "forged") this.fail("forged-never-runs", `${label} runs`);
    if (fate.told?.kind === "not-executed" && !fate.isVoid)
      this.fail("not-executed-is-never", `${label} runs after that was told`);
    if (fate.deniedMs !== undefined)
      this.fail("not-executed-is-never", `${label} runs, and the home has said that it will not`);
    if (fate.entries > 0 && !call.isRedo) this.fail("redo-is-told", `${label} runs again, and redo is false`);
    if (fate.noted !== undefined && call.noted !== fate.noted)
      this.fail("redo-is-told", `${label} has noted ${fate.noted}, and gets ${call.noted}`);
    if (fate.style === "plain" && fate.entries > 0)
      this.fail("at-most-once", `${label} is plain, and runs again`);
    fate.entries++;
    this.keepOrder(fate, call.cell, call.program);
  }

  /** A transaction begins; whether it begins again, because others have changed what it had read. */
  transacts(label: string, program: Program): boolean {
    const fate = this.fates.get(label);
    if (fate === undefined || fate.style === "forged") this.fail("forged-never-runs", `${label} runs`);
    const isAgain = fate.ranIn === program;
    fate.ranIn = program;
    return isAgain;
  }

  /** Only the last that has entered for a cell may enter again, and another only once that one has returned. */
  private keepOrder(fate: Fate, cell: string, program: Program): void {
    const order = this.entered.get(cell) ?? [];
    this.entered.set(cell, order);
    const last = order.at(-1);
    if (last?.label === fate.label) {
      order[order.length - 1] = { label: fate.label, program };
      return;
    }
    if (order.some(({ label }) => label === fate.label))
      this.fail(
        "one-intent-for-a-key",
        `${fate.label} runs again, though ${last?.label} has begun on ${cell}`,
      );
    if (last !== undefined && !this.isFinished(last))
      this.fail("one-intent-for-a-key", `${fate.label} runs, and ${last.label} has not finished on ${cell}`);
    order.push({ label: fate.label, program });
  }

  private isFinished({ label, program }: { label: string; program: Program }): boolean {
    const { style, hasReturned } = this.fates.get(label)!;
    return hasReturned || (style === "plain" && program.isDead);
  }

  /** The note is durable, says the home. */
  noted(label: string, note: string): void {
    this.fate(label).noted = note;
  }

  /** A handler has returned or refused. */
  returns(label: string): void {
    this.fate(label).hasReturned = true;
  }

  /** A recorded answer goes to an attempt of this call. */
  recorded(label: string, answer: string): void {
    const fate = this.fate(label);
    if (fate.style === "forged") {
      // A number that was given up gets the same refusal, whoever uses it.
      if (!answer.startsWith(CANCELLED)) this.fail("forged-never-runs", `${label} is answered: ${answer}`);
      return;
    }
    fate.recorded ??= answer;
    if (fate.recorded !== answer)
      this.fail("one-answer", `${label} had ${fate.recorded}, and an attempt gets ${answer}`);
    if (answer.startsWith(CANCELLED)) this.denies(label);
  }

  /** The home says that it refuses this call for ever. */
  denies(label: string): void {
    const fate = this.fate(label);
    if (fate.entries > 0)
      this.fail("not-executed-is-never", `${label} has run, and the home says it will not`);
    if (fate.recorded !== undefined && !fate.recorded.startsWith(CANCELLED))
      this.fail("one-answer", `${label} had ${fate.recorded}, and the home says that it will not run`);
    fate.deniedMs ??= this.world.nowMs;
  }

  hasRecorded(label: string): boolean {
    return this.fates.get(label)?.recorded !== undefined;
  }

  tells(label: string, told: Told): void {
    const fate = this.fate(label);
    if ((told.kind === "answer" || told.kind === "refused") && !told.text.startsWith(`${label}|`))
      this.fail("own-answer", `${label} is told ${told.text}`);
    if (fate.told?.kind === "not-executed" && told.kind !== "not-executed" && told.kind !== "unknown")
      this.fail("not-executed-is-never", `${label} is told ${told.text} after that`);
    if (told.kind === "not-executed" && fate.told?.kind === "answer")
      this.fail("not-executed-is-never", `${label} had an answer before`);
    if (told.kind === "not-executed" && fate.entries > 0 && !fate.wasDenied)
      this.fail("not-executed-is-never", `${label} has run, and ${told.text} is told`);
    if (told.kind === "unknown" && fate.told !== undefined) return;
    fate.told = told;
    if (told.kind === "answer") fate.toldMs ??= this.world.nowMs;
  }

  /** What a transaction's answer tells an application of the state. */
  tellsOf(transaction: Transaction): void {
    if (this.fate(transaction.label).isVoid) return;
    this.told.push(transaction);
    for (const [account, { number, writer }] of transaction.reads) this.tellsVersion(account, number, writer);
    for (const [account, number] of transaction.writes) this.tellsVersion(account, number, transaction.by);
    if (transaction.count > 1)
      this.fail("at-most-once", `${transaction.label} was done ${transaction.count} times`);
  }

  private tellsVersion(account: string, number: number, writer: string): void {
    let versions = this.toldVersions.get(account);
    if (versions === undefined) this.toldVersions.set(account, (versions = new Map()));
    const before = versions.get(number);
    if (before !== undefined && before !== writer)
      this.fail(
        "told-is-durable",
        `version ${number} of ${account} was told as ${before}'s, and now as ${writer}'s`,
      );
    versions.set(number, writer);
  }

  /**
   * A home is set back: what was told of its state is void, and what was done there may be done again.
   *
   * @param copiedMs when the copy was made that has what was durable by then; undefined where nothing is left
   */
  isSetBack(copiedMs?: number): void {
    this.wasSetBack = true;
    this.toldVersions.clear();
    this.told.length = 0;
    this.entered.clear();
    this.outside.begin();
    for (const fate of this.fates.values()) {
      fate.isVoid = true;
      fate.recorded = undefined;
      fate.noted = undefined;
      fate.entries = 0;
      fate.hasReturned = false;
      if (fate.deniedMs === undefined || (copiedMs !== undefined && fate.deniedMs < copiedMs)) continue;
      fate.wasDenied = true;
      fate.deniedMs = undefined;
    }
  }

  /** Labels that still have no outcome. */
  unresolved(): string[] {
    return [...this.fates.values()].filter(({ told }) => told === undefined).map(({ label }) => label);
  }

  /** Looks at it all, once nothing happens any more. `state` is undefined where it was set back meanwhile. */
  close(state: FinalState | undefined): void {
    for (const fate of this.fates.values()) this.closeCall(fate, state);
    if (state !== undefined) this.closeState(state);
  }

  private closeCall(fate: Fate, state: FinalState | undefined): void {
    const { label, style, told } = fate;
    if (style === "query" || (style === "journaled" && state === undefined)) return;
    const effects =
      style === "journaled" ? (state?.done.get(label)?.count ?? 0) : this.outside.effectsOf(label);
    if (style === "forged") {
      if (effects > 0) this.fail("forged-never-runs", `${label} has ${effects} effects`);
      return;
    }
    if (effects > 1) this.fail("at-most-once", `${label} has ${effects} effects`);
    if (told?.kind === "answer" && effects !== 1 && !(this.wasSetBack && this.outside.hadEffect(label)))
      this.fail("exactly-once", `${label} was acknowledged, and has ${effects} effects`);
    if (told?.kind === "refused" && effects > 0)
      this.fail("refused-without-effect", `${label} was told ${told.text}, and has an effect`);
    if (told?.kind === "not-executed" && effects > 0 && !fate.isVoid)
      this.fail("not-executed-is-never", `${label} was told ${told.text}, and has an effect`);
    if (style === "redo" && fate.entries > 0 && !fate.hasReturned)
      this.fail("begun-is-finished", `${label} has begun and was never finished`);
  }

  private closeState({ sum, accounts, done }: FinalState): void {
    if (sum !== 0) this.fail("sum-is-kept", `the accounts sum up to ${sum}`);
    for (const [account, versions] of this.toldVersions) {
      const last = accounts.get(account);
      for (const [number, writer] of versions)
        if (number > (last?.number ?? 0) || (number === last?.number && writer !== last.writer))
          this.fail("told-is-durable", `version ${number} of ${account} by ${writer} was told, and is lost`);
    }
    const transactions = new Map(done);
    for (const told of this.told) if (!transactions.has(told.label)) transactions.set(told.label, told);
    const problem = problemOfOrder([...transactions.values()], (label) => this.fates.get(label));
    if (problem !== undefined) this.fail("serializable", problem);
  }

  private fate(label: string): Fate {
    const fate = this.fates.get(label);
    if (fate === undefined) this.fail("forged-never-runs", `nobody has submitted ${label}`);
    return fate;
  }
}

/** Why these transactions do not fit any order, if so: each sees the versions that its predecessors have left. */
function problemOfOrder(
  transactions: readonly Transaction[],
  fateOf: (label: string) => { submittedMs: number; toldMs: number | undefined } | undefined,
): string | undefined {
  const writers = new Map<string, string>();
  for (const { by, writes } of transactions) {
    for (const [account, number] of writes) {
      const key = `${account} ${number}`;
      if (writers.has(key)) return `${writers.get(key)} and ${by} have both written version ${key}`;
      writers.set(key, by);
    }
  }
  const after = new Map<string, Set<string>>(transactions.map(({ label }) => [label, new Set()]));
  const labels = new Map(transactions.map(({ label, by }) => [by, label]));
  const order = (one: string | undefined, other: string | undefined) => {
    const [first, second] = [one, other].map((name) =>
      name === undefined ? name : (labels.get(name) ?? name),
    );
    if (first !== undefined && second !== undefined && first !== second) after.get(first)?.add(second);
  };
  for (const { label, reads, writes } of transactions) {
    for (const [account, { number, writer }] of reads) {
      const known = writers.get(`${account} ${number}`);
      if (number > 0 && known !== writer)
        return `${label} has read ${account} ${number} by ${writer}, not ${known}`;
      order(known, label);
      order(label, writers.get(`${account} ${number + 1}`));
    }
    for (const [account, number] of writes) {
      order(writers.get(`${account} ${number - 1}`), label);
      order(label, writers.get(`${account} ${number + 1}`));
    }
  }
  for (const first of transactions) {
    const toldMs = fateOf(first.label)?.toldMs;
    for (const second of transactions) {
      const submittedMs = fateOf(second.label)?.submittedMs;
      if (toldMs !== undefined && submittedMs !== undefined && toldMs < submittedMs)
        order(first.label, second.label);
    }
  }
  return cycleIn(after);
}

function cycleIn(after: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (label: string): string | undefined => {
    if (finished.has(label)) return undefined;
    if (path.includes(label))
      return `each comes before the next: ${[...path.slice(path.indexOf(label)), label].join(", ")}`;
    path.push(label);
    for (const next of after.get(label) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    finished.add(label);
    return undefined;
  };
  for (const label of after.keys()) {
    const cycle = visit(label);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
