/** The server process: keeps the small state that exactly-once calls change, by one peer's means. */
import { join } from "node:path";
import { Credentials, Home, journaled, Server } from "@redoubt/rpc";
import { Durable } from "../gen/durable_pb.js";
import { answerParent } from "../rpc/answer.js";
import type { ServerQuestions } from "./questions.js";
import { REDOUBT, SQLITE, SQLITE_BATCHED } from "./scenarios.js";
import { Batches, type Database, openDatabase } from "./sqlite.js";

answerParent<ServerQuestions>({
  async serve({ peer, folder }) {
    const server = await servers[peer]!(folder);
    return { address: await server.listen("127.0.0.1:0", Credentials.insecure()) };
  },
});

const servers: Readonly<Record<string, (folder: string) => Promise<Server>>> = {
  [REDOUBT]: async (folder) => {
    const home = await Home.open(join(folder, "journal"));
    const put = journaled(({ body }: { body: Uint8Array }, call) => {
      call.state.put(senderOf(body), body);
      return { body };
    });
    return new Server({ home }).add(Durable, { put }, { partial: true });
  },

  [SQLITE]: async (folder) => {
    const database = openAnswers(folder);
    const once = putOnce(database);
    return sqliteServer(async (call) => {
      database.exec("BEGIN IMMEDIATE");
      const body = once(call);
      database.exec("COMMIT");
      return body;
    });
  },

  [SQLITE_BATCHED]: async (folder) => {
    const database = openAnswers(folder);
    const batches = new Batches(database, putOnce(database));
    return sqliteServer((call) => batches.add(call));
  },
};

interface KeyedPut {
  readonly key: string;
  readonly body: Uint8Array;
}

/** What teams write by hand: a table of idempotency keys beside the data. */
function sqliteServer(put: (call: KeyedPut) => Promise<Uint8Array>): Server {
  return new Server().add(
    Durable,
    { putOnce: async ({ key, body }) => ({ body: await put({ key, body }) }) },
    { partial: true },
  );
}

function openAnswers(folder: string): Database {
  const database = openDatabase(join(folder, "answers.sqlite"));
  database.exec("CREATE TABLE answers (key TEXT PRIMARY KEY, answer BLOB NOT NULL) WITHOUT ROWID");
  database.exec("CREATE TABLE state (sender TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID");
  return database;
}

/** Within a transaction: the recorded answer, or else the change and its answer. */
function putOnce(database: Database): (call: KeyedPut) => Uint8Array {
  const recorded = database.prepare("SELECT answer FROM answers WHERE key = ?");
  const record = database.prepare("INSERT INTO answers (key, answer) VALUES (?, ?)");
  const change = database.prepare("INSERT OR REPLACE INTO state (sender, body) VALUES (?, ?)");
  return ({ key, body }) => {
    const before = recorded.get(key) as { answer: Uint8Array } | undefined;
    if (before !== undefined) return before.answer;
    change.run(senderOf(body), body);
    record.run(key, body);
    return body;
  };
}

/** As `patternBody` has it. */
function senderOf(body: Uint8Array): string {
  return `sender-${body[4]! | (body[5]! << 8)}`;
}
