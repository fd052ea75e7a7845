import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../../runtime/manual-runtime.test.util.js";
import { parseMark } from "../mark.js";
import { RecordWriter } from "../record-writer.js";
import { type ClientRecord, type KeptAnswer, readClientRecord, writeClientRecord } from "./client-records.js";
import { ClientState } from "./client-state.js";

const MARK = parseMark("2-0000000a-50")!;

const ANSWER: KeptAnswer = {
  code: 5,
  message: "where?",
  outcome: "executed",
  response: Uint8Array.of(1, 2),
  statusDetails: Uint8Array.of(3),
};

const TERMS = {
  home: "h".repeat(22),
  client: "c".repeat(22),
  incarnation: 3,
  nextSequence: 7,
  window: 10,
  expiresAfterMs: 1000,
  methods: ["/a.B/C", "/a.B/D"],
  mark: MARK,
};

const CALL = { sequence: 9, path: "/a.B/C", key: "k", request: Uint8Array.of(9) };

const KEYED = {
  key: "k",
  sequence: 9,
  callId: "a.b.9",
  path: "/a.B/C",
  fingerprint: new Uint8Array(32),
  answer: ANSWER,
};

const RECORDS: readonly ClientRecord[] = [
  { kind: "opening", nonce: new Uint8Array(16) },
  { kind: "opened", terms: TERMS },
  { kind: "reserved", end: 2 ** 53 - 1 },
  { kind: "call", call: CALL },
  { kind: "call", call: { ...CALL, key: "", request: new Uint8Array(0) } },
  { kind: "answered", sequence: 9, mark: MARK },
  { kind: "answered", sequence: 9, mark: undefined },
  { kind: "kept", answer: KEYED, mark: MARK },
  { kind: "kept", answer: { ...KEYED, answer: { ...ANSWER, outcome: "unknown" } }, mark: undefined },
  { kind: "forgotten", key: "k" },
  { kind: "over", answer: ANSWER },
];

describe("a record", () => {
  test.each(RECORDS.map((record) => [record.kind, record] as const))(
    "%s is read as it was written",
    (_, record) => {
      expect(plain(readClientRecord(writeClientRecord(new RecordWriter(), record)))).toEqual(plain(record));
    },
  );

  test("of any bytes is read or refused, and never anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(10), (bytes, kind) => {
        const record = Uint8Array.of(kind, ...bytes);
        try {
          readClientRecord(record);
        } catch (error) {
          expect((error as Error).name).toBe("MalformedRecord");
        }
      }),
    );
  });
});

describe("a client's state", () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("call" as const), key: fc.constantFrom("", "a", "b") }),
      fc.record({ kind: fc.constant("end" as const), which: fc.nat() }),
      fc.record({ kind: fc.constant("forgotten" as const), key: fc.constantFrom("a", "b") }),
      fc.record({ kind: fc.constant("over" as const) }),
      fc.record({ kind: fc.constant("opening" as const) }),
    ),
    { maxLength: 40 },
  );

  test("is the same from its records and from its snapshot, and counts what it holds", () => {
    fc.assert(
      fc.property(steps, (todo) => {
        const state = new ClientState(new ManualRuntime());
        const log: Uint8Array[] = [];
        const writer = new RecordWriter();
        const change = (record: ClientRecord) => {
          log.push(writeClientRecord(writer, record).slice());
          state.change(record);
        };
        let sequence = 1;
        for (const step of todo) {
          if (state.session === undefined) change({ kind: "opened", terms: TERMS });
          if (step.kind === "call" && !state.keys.has(step.key) && !state.answers.has(step.key))
            change({ kind: "call", call: { ...CALL, sequence: sequence++, key: step.key } });
          else if (step.kind === "end" && state.calls.size > 0) {
            const call = [...state.calls.values()][step.which % state.calls.size]!;
            if (call.key === "") change({ kind: "answered", sequence: call.sequence, mark: MARK });
            else change({ kind: "kept", answer: state.keyed(call, ANSWER), mark: MARK });
          } else if (step.kind === "forgotten") change({ kind: "forgotten", key: step.key });
          else if (step.kind === "over") change({ kind: "over", answer: { ...ANSWER, outcome: "unknown" } });
          else if (step.kind === "opening") change({ kind: "opening", nonce: new Uint8Array(16) });
        }
        const fromLog = new ClientState(new ManualRuntime());
        for (const record of log) fromLog.apply(record);
        const restored = new ClientState(new ManualRuntime());
        for (const record of state.snapshot()) restored.restore(record);
        expect(contents(fromLog)).toEqual(contents(state));
        expect(contents(restored)).toEqual(contents(state));
        if (state.calls.size === 0 && state.answers.size === 0) expect(state.keptBytes).toBe(0);
      }),
    );
  });

  test("does not show in its snapshot what changes while that is being taken", () => {
    const state = new ClientState(new ManualRuntime());
    state.change({ kind: "opened", terms: TERMS });
    for (const sequence of [1, 2, 3]) state.change({ kind: "call", call: { ...CALL, key: "", sequence } });
    const snapshot = state.snapshot();
    const records = [snapshot.next().value!.slice()];
    state.change({ kind: "answered", sequence: 2, mark: MARK });
    state.change({ kind: "call", call: { ...CALL, key: "", sequence: 4 } });
    for (const record of snapshot) records.push(record.slice());
    const restored = new ClientState(new ManualRuntime());
    for (const record of records) restored.restore(record);
    expect([...restored.calls.keys()]).toEqual([1, 2, 3]);
  });
});

function contents({ nonce, session, reservedEnd, calls, answers, keys, keptBytes }: ClientState) {
  const byKey = [...answers.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const all = {
    nonce,
    session,
    reservedEnd,
    calls: [...calls.values()],
    answers: byKey,
    keys: [...keys].sort(),
    keptBytes,
  };
  return plain(all);
}

/** Buffers as the arrays that they are. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}
