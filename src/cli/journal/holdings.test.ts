import { join } from "node:path";
import { expect, it } from "vitest";
import { type ClientRecord, writeClientRecord } from "../../delivery/client/client-records.js";
import { HomeState } from "../../delivery/home/home-state.js";
import { encodeRecord, type HomeRecord } from "../../delivery/home/records.js";
import { RecordWriter } from "../../delivery/record-writer.js";
import { Journal } from "../../journal/journal.js";
import { Store } from "../../journal/store.js";
import { Status } from "../../rpc/status.js";
import { redoubt, temporaryFolder } from "../world.test.util.js";

const OPTIONS = { segmentBytes: 64 * 1024 };
const NOTHING = new Uint8Array(0);
const SECRET = "AAAAAAAAAAAAAAAAAAAAAA";
const HOME = "BBBBBBBBBBBBBBBBBBBBBB";
const FINGERPRINT = "f".repeat(32);
const ANSWER = { code: Status.OK, message: "", response: NOTHING, statusDetails: NOTHING };

const OPENED = { kind: "opened", session: 1, client: SECRET, principal: "anna", incarnation: 1 } as const;
const CALLED = { session: 1, floor: 1, method: 0, fingerprint: FINGERPRINT } as const;

/** A session with an answered call and an open one, both of `redo` handlers. */
const HOME_RECORDS: readonly HomeRecord[] = [
  { ...OPENED, nonce: "n", nextSequence: 1 },
  { kind: "method", path: "/shop.Shop/Order" },
  { kind: "intent", ...CALLED, sequence: 1, key: "order 1", request: new Uint8Array(5) },
  { kind: "done", session: 1, sequence: 1, floor: 1, answer: ANSWER },
  { kind: "intent", ...CALLED, sequence: 2, key: "order 2\x1b[2J", request: new Uint8Array(7) },
];

const TERMS = {
  home: HOME,
  client: SECRET,
  incarnation: 3,
  nextSequence: 1,
  window: 512,
  expiresAfterMs: 1000,
  methods: ["/shop.Shop/Order"],
  mark: { epoch: 1, epochId: "00000000", position: 0 },
};

const CLIENT_RECORDS: readonly ClientRecord[] = [
  { kind: "opened", terms: TERMS },
  { kind: "call", call: { sequence: 1, path: "/shop.Shop/Order", key: "first", request: new Uint8Array(5) } },
  { kind: "call", call: { sequence: 2, path: "/shop.Shop/Order", key: "", request: new Uint8Array(6) } },
  { kind: "call", call: { sequence: 3, path: "/shop.Shop/Order", key: "third", request: new Uint8Array(7) } },
  {
    kind: "kept",
    answer: {
      key: "first",
      sequence: 1,
      callId: `${HOME}.name.1`,
      path: "/shop.Shop/Order",
      fingerprint: new Uint8Array(32),
      answer: { ...ANSWER, code: Status.NOT_FOUND, outcome: "executed" },
    },
    mark: undefined,
  },
];

async function journalOf(records: readonly Uint8Array[]): Promise<string> {
  const folder = temporaryFolder();
  const journal = await Journal.open(join(folder, "journal"), undefined, OPTIONS);
  for (const record of records) await journal.append(record);
  await journal.close();
  return folder;
}

const homeJournal = () =>
  journalOf(HOME_RECORDS.map((record) => encodeRecord(new RecordWriter(), record).slice()));
const clientJournal = () =>
  journalOf(CLIENT_RECORDS.map((record) => writeClientRecord(new RecordWriter(), record).slice()));

async function inspected(folder: string): Promise<{ text: string; json: Record<string, unknown> }> {
  const { stdout: text } = await redoubt(folder, ["journal", "inspect", "journal"]);
  const { stdout } = await redoubt(folder, ["journal", "inspect", "journal", "--json"]);
  for (const shown of [text, stdout]) expect(shown).not.toContain(SECRET);
  return { text, json: JSON.parse(stdout) };
}

it("shows a home's open calls and sessions, and the kinds of records, without any journaled call", async () => {
  const { text, json } = await inspected(await homeJournal());
  expect(text).toMatch(/^journal {2}[\w-]{22}, a home\n/);
  expect(text).toMatch(/\nin the log\n.*\n +method +1 .*\n +opened +1 .*\n +intent +2 .*\n +done +1 /);
  expect(text).toMatch(/\nopen calls\n +session +call +method +key +principal +request bytes +noted\n/);
  expect(text).toMatch(/\n +1 +2 +\/shop\.Shop\/Order +order 2\S+ +anna +7 +no\n/);
  expect(text).not.toContain("\x1b");
  expect(text).toMatch(/\nsessions\n.*\n +1 +anna +1 +1 +1 +1\n/);
  expect(json).toMatchObject({
    owner: "home",
    home: json.id,
    openCalls: [
      {
        method: "/shop.Shop/Order",
        conflictKey: "order 2\x1b[2J",
        principal: "anna",
        session: 1,
        sequence: 2,
        requestBytes: 7,
        isNoted: false,
      },
    ],
    sessions: [
      { session: 1, principal: "anna", incarnation: 1, floor: 1, answers: 1, openCalls: 1, isEnded: false },
    ],
    storedKeys: 0,
  });
});

it("shows whose a durable client is, its unfinished calls and its keys", async () => {
  const { text, json } = await inspected(await clientJournal());
  expect(text).toMatch(new RegExp(`^journal {2}[\\w-]{22}, a durable client's of the home ${HOME}\n`));
  expect(text).toMatch(/\nin the log\n.*\n +opened +1 .*\n +call +3 .*\n +kept +1 /);
  expect(text).toMatch(
    /\nunfinished calls\n.*\n +2 +\/shop\.Shop\/Order +6 .*\n +3 +\/shop\.Shop\/Order +third +7 /,
  );
  expect(text).toMatch(/\nkeys with answers\n.*\n +first +\/shop\.Shop\/Order +NOT_FOUND +executed +\S+\n/);
  expect(json).toMatchObject({
    owner: "durable client",
    home: HOME,
    session: { home: HOME, incarnation: 3 },
    unfinishedCalls: [
      { sequence: 2 },
      { sequence: 3, key: "third", method: "/shop.Shop/Order", requestBytes: 7 },
    ],
    keys: [{ key: "first", code: "NOT_FOUND", outcome: "executed", callId: `${HOME}.name.1` }],
  });
  expect(json.id).not.toBe(HOME);
});

it("shows what the newest state is where two checkpoints have replaced the log before", async () => {
  const folder = temporaryFolder();
  const state = new HomeState(new Store());
  const journal = await Journal.open(join(folder, "journal"), state, OPTIONS);
  const record = (each: HomeRecord) =>
    state.change(each, journal.add(encodeRecord(new RecordWriter(), each)));
  for (const each of HOME_RECORDS.slice(0, 3)) record(each);
  await journal.checkpoint();
  await journal.checkpoint();
  for (const each of HOME_RECORDS.slice(3)) record(each);
  await journal.close();
  const { json } = await inspected(folder);
  expect(json.openCalls).toMatchObject([{ session: 1, sequence: 2 }]);
  expect(json.sessions).toMatchObject([{ session: 1, answers: 1, openCalls: 1 }]);
});

it("tells a program's journal and an empty one from these", async () => {
  const own = await inspected(await journalOf([new TextEncoder().encode("text")]));
  expect(own.text).toMatch(/^journal {2}[\w-]{22}, a program's own/);
  expect(own.json).toMatchObject({ owner: "program", records: { count: 1, kinds: [] } });
  expect(own.json.home).toBeUndefined();
  const empty = await inspected(await journalOf([]));
  expect(empty.text).toMatch(/^journal {2}[\w-]{22}, nothing is recorded in it\n/);
  expect(empty.json.owner).toBe("nobody yet");
});

it("shows no more than a screen or two, and in JSON all", async () => {
  const sessions = Array.from({ length: 150 }, (_, i): HomeRecord => {
    return { ...OPENED, session: i + 1, client: `${i}`, nonce: `${i}`, nextSequence: 1 };
  });
  const folder = await journalOf(sessions.map((record) => encodeRecord(new RecordWriter(), record).slice()));
  const { text, json } = await inspected(folder);
  expect(text).toMatch(/\n +100 +anna .*\n {2}and 50 more: --json shows all\n/);
  expect(json.sessions).toHaveLength(150);
});
