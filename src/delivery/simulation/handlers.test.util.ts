import type { FinalState, Judge, Transaction, Version } from "./judge.test.util.js";
import type { Outside } from "./outside.test.util.js";
import type { Program } from "./program.test.util.js";
import { ACCOUNTS, transactionOf, transactionText, type Work } from "./work.test.util.js";

/** What a redo handler gets with a call. */
export interface RedoContext {
  readonly redo: boolean;
  readonly noted: Uint8Array | undefined;
  note(bytes: Uint8Array): Promise<void>;
  refuse(code: number, message: string): never;
}

/** The journaled state, as a handler sees it. */
export interface StateView {
  get(key: string): Uint8Array | undefined;
  put(key: string, value: Uint8Array): void;
  scan(range: { from?: string; to?: string; prefix?: string }): Iterable<readonly [string, Uint8Array]>;
}

/** FAILED_PRECONDITION: what these handlers refuse with. */
export const REFUSED_CODE = 9;

/** Where handlers of one server process live. */
export interface Workshop {
  readonly program: Program;
  /** Where it is: another home has other accounts and cells. */
  readonly place: string;
  readonly outside: Outside;
  readonly judge: Judge;
  /** How often each label has thrown, in all processes. */
  readonly thrown: Map<string, number>;
  count(what: string): void;
  /** A handler begins for a call that was not begun before. */
  runs(label: string): void;
  /** A named point of a call's life has been reached: the program may die here. */
  point(name: string): void;
}

/** Changes a cell that nobody else may change meanwhile, having noted what was in it. */
export async function make(work: Work, call: RedoContext, shop: Workshop): Promise<string> {
  const { program, outside, judge } = shop;
  const { label, manner } = work;
  const cell = `${shop.place}/${work.where[0]}`;
  const noted = call.noted === undefined ? undefined : new TextDecoder().decode(call.noted);
  if (program.isDead) return never();
  program.world.note(
    `${program.name} ${label} enters${call.redo ? " again" : ""}, noted ${noted ?? "nothing"}`,
  );
  judge.enters(label, { cell, program, isRedo: call.redo, noted });
  if (call.redo) shop.count("redo");
  else shop.runs(label);
  shop.point("handler entered");
  await program.sleep(manner.pauseMs);
  throwIfToldTo(work, shop, 0);
  let seen = Number(noted);
  if (noted === undefined) {
    seen = outside.value(cell);
    await call.note(new TextEncoder().encode(String(seen)));
    if (program.isDead) return never();
    judge.noted(label, String(seen));
    shop.point("note durable");
    await program.sleep(manner.pauseMs);
  }
  throwIfToldTo(work, shop, 1);
  if (manner.refuses) {
    judge.returns(label);
    call.refuse(REFUSED_CODE, `${label}|refused`);
  }
  shop.point("before the effect");
  await program.sleep(0);
  outside.change(cell, seen, label);
  program.world.note(`${program.name} ${label} changes ${cell}`);
  shop.point("effect");
  await program.sleep(manner.pauseMs);
  throwIfToldTo(work, shop, 2);
  judge.returns(label);
  return `${label}|${cell} was ${seen}`;
}

function throwIfToldTo({ label, manner }: Work, shop: Workshop, step: number): void {
  const thrown = shop.thrown.get(label) ?? 0;
  if (thrown !== step || thrown >= manner.throws) return;
  shop.thrown.set(label, thrown + 1);
  shop.count("handler throws");
  throw new Error(`${label} fails for the ${thrown + 1}. time`);
}

/** As {@link make}, for a call that is not repeated: nothing is noted. */
export async function makePlain(work: Work, shop: Workshop): Promise<string> {
  const { program, outside, judge } = shop;
  const cell = `${shop.place}/${work.where[0]}`;
  if (program.isDead) return never();
  judge.enters(work.label, { cell, program, isRedo: false, noted: undefined });
  const seen = outside.value(cell);
  await program.sleep(work.manner.pauseMs);
  outside.change(cell, seen, work.label);
  judge.returns(work.label);
  return `${work.label}|${cell} was ${seen}`;
}

/** Moves 1 from the first account to the second, having looked at the third, and writes down that it did. */
export async function transfer(work: Work, state: StateView, shop: Workshop): Promise<string> {
  const { label, where, manner } = work;
  const { program } = shop;
  if (program.isDead) return never();
  program.world.note(`${program.name} ${label} transfers`);
  if (shop.judge.transacts(label, program)) shop.count("transaction runs again");
  shop.runs(label);
  const [from, to, guard] = where.map((account) => `${shop.place}/${account}`) as [string, string, string];
  const by = `${label}~${program.name}`;
  const reads = new Map<string, Version>();
  const writes = new Map<string, number>();
  const read = (account: string): Account => {
    const found = accountOf(state.get(`account/${account}`));
    reads.set(account, { number: found.number, writer: found.writer });
    return found;
  };
  const write = (account: string, before: Account, change: number): void => {
    writes.set(account, before.number + 1);
    state.put(`account/${account}`, encode(`${before.balance + change}|${before.number + 1}|${by}`));
  };
  read(guard);
  await program.sleep(manner.pauseMs);
  const source = read(from);
  await program.sleep(manner.pauseMs);
  write(from, source, -1);
  write(to, read(to), 1);
  const before = state.get(`done/${label}`);
  const count = before === undefined ? 1 : transactionOf(decode(before)).count + 1;
  const text = transactionText({ label, by, count, reads, writes });
  state.put(`done/${label}`, encode(text));
  return text;
}

/** Reads all accounts. */
export async function audit(work: Work, state: StateView, shop: Workshop): Promise<string> {
  const { program } = shop;
  if (program.isDead) return never();
  const reads = new Map<string, Version>();
  let sum = 0;
  const look = (key: string, value: Uint8Array | undefined): void => {
    const { balance, number, writer } = accountOf(value);
    sum += balance;
    reads.set(key, { number, writer });
  };
  if (work.manner.throws > 0) {
    for (const [key, value] of state.scan({ prefix: "account/" })) look(key.slice("account/".length), value);
  } else {
    for (const name of ACCOUNTS) {
      const account = `${shop.place}/${name}`;
      look(account, state.get(`account/${account}`));
      await program.sleep(work.manner.pauseMs);
    }
  }
  return `${transactionText({ label: work.label, by: "", count: 0, reads, writes: new Map() })}|${sum}`;
}

interface Account extends Version {
  readonly balance: number;
}

function accountOf(value: Uint8Array | undefined): Account {
  if (value === undefined) return { balance: 0, number: 0, writer: "" };
  const [balance, number, writer] = decode(value).split("|");
  return { balance: Number(balance), number: Number(number), writer: writer! };
}

/** What the states of all homes hold in the end. */
export function finalStateOf(...states: readonly Pick<StateView, "scan">[]): FinalState {
  const accounts = new Map<string, Account>();
  const done = new Map<string, Transaction>();
  for (const state of states) {
    for (const [key, value] of state.scan({ prefix: "account/" }))
      accounts.set(key.slice("account/".length), accountOf(value));
    for (const [key, value] of state.scan({ prefix: "done/" }))
      done.set(key.slice("done/".length), transactionOf(decode(value)));
  }
  const sum = [...accounts.values()].reduce((total, { balance }) => total + balance, 0);
  return { sum, accounts, done };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** What code of a dead program waits for. */
export function never<T>(): Promise<T> {
  return new Promise(() => {});
}
