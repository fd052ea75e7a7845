import { describe, expect, test } from "vitest";
import { type FinalState, Judge, type Transaction } from "./judge.test.util.js";
import { OracleFailure } from "./oracles.test.util.js";
import { Outside } from "./outside.test.util.js";
import type { Program } from "./program.test.util.js";
import { World } from "./world.test.util.js";

const EMPTY: FinalState = { sum: 0, accounts: new Map(), done: new Map() };

interface Scene {
  readonly judge: Judge;
  readonly outside: Outside;
  readonly world: World;
  readonly program: Program;
}

/** The oracle that has found something in a story; undefined if none has. */
function found(story: (scene: Scene) => FinalState | undefined | undefined): string | undefined {
  const world = new World(1);
  const outside = new Outside();
  const judge = new Judge(world, outside);
  const program = { isDead: false } as Program;
  try {
    judge.close(story({ judge, outside, world, program }) ?? EMPTY);
  } catch (error) {
    if (!(error instanceof OracleFailure)) throw error;
    expect(judge.failure).toBe(error);
    return error.oracle;
  }
  return undefined;
}

/** A redo call that goes well. */
function doRedo({ judge, outside, program }: Scene, label: string, cell = "x"): void {
  judge.submitted(label, "redo");
  judge.enters(label, { cell, program, isRedo: false, noted: undefined });
  const seen = outside.value(cell);
  judge.noted(label, String(seen));
  outside.change(cell, seen, label);
  judge.returns(label);
}

function transaction(
  label: string,
  reads: [string, number, string][],
  writes: [string, number][],
): Transaction {
  return {
    label,
    by: label,
    count: 1,
    reads: new Map(reads.map(([account, number, writer]) => [account, { number, writer }])),
    writes: new Map(writes),
  };
}

function stateOf(...transactions: Transaction[]): FinalState {
  const accounts = new Map<string, { number: number; writer: string }>();
  for (const { label, writes } of transactions)
    for (const [account, number] of writes) accounts.set(account, { number, writer: label });
  return { sum: 0, accounts, done: new Map(transactions.map((each) => [each.label, each])) };
}

const answer = (text: string) => ({ kind: "answer", text }) as const;

describe("the oracles", () => {
  test("have nothing against what is right", () => {
    expect(
      found((scene) => {
        const { judge } = scene;
        doRedo(scene, "A");
        judge.recorded("A", "0 A|fine");
        judge.tells("A", answer("A|fine"));
        doRedo(scene, "B");
        for (const label of ["C", "D"]) judge.submitted(label, "journaled");
        const first = transaction("C", [["a", 0, ""]], [["a", 1]]);
        const second = transaction("D", [["a", 1, "C"]], [["a", 2]]);
        judge.tellsOf(second);
        judge.tellsOf(first);
        return stateOf(first, second);
      }),
    ).toBeUndefined();
  });

  test("let a home that was set back run what it had refused, and the refusal come after that", () => {
    expect(
      found((scene) => {
        const { judge, world } = scene;
        judge.submitted("A", "redo");
        world.nowMs = 2;
        judge.denies("A");
        judge.isSetBack(1);
        doRedo(scene, "A");
        judge.tells("A", { kind: "not-executed", text: "" });
      }),
    ).toBeUndefined();
  });

  test.each<[string, (scene: Scene) => FinalState | undefined | undefined]>([
    [
      "exactly-once",
      ({ judge }) => {
        judge.submitted("A", "redo");
        judge.tells("A", answer("A|"));
      },
    ],
    [
      "at-most-once",
      ({ judge, outside }) => {
        judge.submitted("A", "redo");
        outside.change("x", 0, "A");
        outside.change("x", 1, "A");
      },
    ],
    [
      "refused-without-effect",
      ({ judge, outside }) => {
        judge.submitted("A", "redo");
        outside.change("x", 0, "A");
        judge.tells("A", { kind: "refused", text: "A|" });
      },
    ],
    [
      "not-executed-is-never",
      (scene) => {
        scene.judge.submitted("A", "redo");
        scene.judge.tells("A", { kind: "not-executed", text: "" });
        doRedo(scene, "A");
      },
    ],
    [
      "not-executed-is-never",
      (scene) => {
        doRedo(scene, "A");
        scene.judge.tells("A", { kind: "not-executed", text: "" });
      },
    ],
    [
      "not-executed-is-never",
      (scene) => {
        scene.judge.submitted("A", "redo");
        scene.judge.denies("A");
        doRedo(scene, "A");
      },
    ],
    [
      "not-executed-is-never",
      (scene) => {
        scene.judge.submitted("A", "redo");
        scene.judge.denies("A");
        scene.judge.isSetBack(1);
        doRedo(scene, "A");
      },
    ],
    [
      "not-executed-is-never",
      (scene) => {
        doRedo(scene, "A");
        scene.judge.denies("A");
      },
    ],
    [
      "not-executed-is-never",
      (scene) => {
        scene.judge.submitted("A", "redo");
        scene.judge.isSetBack();
        doRedo(scene, "A");
        scene.judge.tells("A", { kind: "not-executed", text: "" });
      },
    ],
    [
      "one-answer",
      (scene) => {
        doRedo(scene, "A");
        scene.judge.recorded("A", "0 A|1");
        scene.judge.recorded("A", "0 A|2");
      },
    ],
    [
      "own-answer",
      (scene) => {
        doRedo(scene, "A");
        scene.judge.tells("A", answer("B|"));
      },
    ],
    [
      "forged-never-runs",
      (scene) => {
        scene.judge.submitted("F", "forged");
        scene.judge.enters("F", { cell: "x", program: scene.program, isRedo: false, noted: undefined });
      },
    ],
    [
      "redo-is-told",
      (scene) => {
        doRedo(scene, "A");
        scene.judge.enters("A", { cell: "x", program: scene.program, isRedo: false, noted: "0" });
      },
    ],
    [
      "redo-is-told",
      (scene) => {
        doRedo(scene, "A");
        scene.judge.enters("A", { cell: "x", program: scene.program, isRedo: true, noted: undefined });
      },
    ],
    [
      "one-intent-for-a-key",
      ({ judge, program }) => {
        judge.submitted("A", "redo");
        judge.submitted("B", "redo");
        judge.enters("A", { cell: "x", program, isRedo: false, noted: undefined });
        judge.enters("B", { cell: "x", program, isRedo: false, noted: undefined });
      },
    ],
    [
      "one-intent-for-a-key",
      (scene) => {
        doRedo(scene, "A");
        doRedo(scene, "B");
        scene.judge.enters("A", { cell: "x", program: scene.program, isRedo: true, noted: "0" });
      },
    ],
    [
      "begun-is-finished",
      ({ judge, program }) => {
        judge.submitted("A", "redo");
        judge.enters("A", { cell: "x", program, isRedo: false, noted: undefined });
      },
    ],
    ["sum-is-kept", () => ({ ...EMPTY, sum: 1 })],
    [
      "told-is-durable",
      ({ judge }) => {
        judge.submitted("C", "journaled");
        judge.tellsOf(transaction("C", [], [["a", 1]]));
      },
    ],
    [
      "told-is-durable",
      ({ judge }) => {
        judge.submitted("Q", "query");
        judge.tellsOf(transaction("Q", [["a", 1, "C"]], []));
        judge.tellsOf(transaction("Q", [["a", 1, "D"]], []));
      },
    ],
    [
      "serializable",
      ({ judge }) => {
        for (const label of ["C", "D"]) judge.submitted(label, "journaled");
        return stateOf(
          transaction("C", [["a", 0, ""]], [["a", 1]]),
          transaction("D", [["a", 0, ""]], [["a", 1]]),
        );
      },
    ],
    [
      "serializable",
      ({ judge }) => {
        for (const label of ["C", "D"]) judge.submitted(label, "journaled");
        return stateOf(
          transaction(
            "C",
            [
              ["a", 0, ""],
              ["b", 0, ""],
            ],
            [["a", 1]],
          ),
          transaction(
            "D",
            [
              ["a", 0, ""],
              ["b", 0, ""],
            ],
            [["b", 1]],
          ),
        );
      },
    ],
    [
      "serializable",
      ({ judge, world }) => {
        const first = transaction("C", [["a", 0, ""]], [["a", 1]]);
        judge.submitted("C", "journaled");
        judge.tells("C", answer("C|"));
        world.nowMs = 5;
        judge.submitted("Q", "query");
        judge.tellsOf(transaction("Q", [["a", 0, ""]], []));
        return stateOf(first);
      },
    ],
  ])("%s", (oracle, story) => expect(found(story)).toBe(oracle));
});
