import { expect, test } from "vitest";
import { toBinary } from "../../codec/binary.js";
import { OutcomeReplySchema, OutcomeRequestSchema } from "../../rpc/gen/redoubt/delivery_pb.js";
import { Counts } from "./counts.test.util.js";
import { Judge } from "./judge.test.util.js";
import type { Reply, Request } from "./network.test.util.js";
import { headerText, Observer } from "./observer.test.util.js";
import { Outside } from "./outside.test.util.js";
import type { Program } from "./program.test.util.js";
import { bytesOf, MAKE, requestText, TRANSFER, type Work } from "./work.test.util.js";
import { World } from "./world.test.util.js";

const WORK: Work = {
  label: "A",
  style: "redo",
  where: ["cell"],
  manner: { throws: 0, refuses: false, pauseMs: 0 },
};

const REPLY: Reply = {
  code: 0,
  message: "",
  response: bytesOf("A|made"),
  statusDetails: undefined,
  recorded: undefined,
  refusal: undefined,
  outcome: "unknown",
  hasLeft: true,
};

/** An attempt of the call A. */
function attempt(session: string, path = MAKE.path): Request {
  const header = { home: "home", session, incarnation: 1, sequence: 1, ack: 1, mark: "1-00000000-1" };
  return { path, call: headerText(header), bytes: bytesOf(requestText(WORK)), principal: "" };
}

function watching(): { observer: Observer; judge: Judge; send(request: Request): void } {
  const world = new World(1);
  const judge = new Judge(world, new Outside());
  judge.submitted("A", "redo");
  const observer = new Observer(world, judge, new Counts());
  const program = { name: "client.1" } as Program;
  // Whoever receives is not looked at.
  const nobody = undefined as never;
  return { observer, judge, send: (request) => observer.onRequest(program, nobody, request) };
}

test("an attempt in another session is noticed", () => {
  const { observer, send } = watching();
  send(attempt("first"));
  send(attempt("first"));
  observer.onReply(undefined, attempt("first"), { ...REPLY, refusal: "expired" });
  expect(() => send(attempt("second"))).toThrow(/one-answer/);
});

test("unless the only one before it was answered that there is no such session", () => {
  const { observer, judge, send } = watching();
  send(attempt("first"));
  observer.onReply(undefined, attempt("first"), { ...REPLY, refusal: "expired" });
  send(attempt("second"));
  expect(judge.failure).toBeUndefined();
  expect(() => send(attempt("third"))).toThrow(/one-answer/);
});

test("an answer that is given to another method is noticed", () => {
  const { observer } = watching();
  const recorded = { ...REPLY, recorded: "1-00000000-2" };
  observer.onReply(undefined, attempt("first"), recorded);
  expect(() => observer.onReply(undefined, attempt("first", TRANSFER.path), recorded)).toThrow(
    /forged-never-runs/,
  );
});

test("a call that its home says it refuses must not run", () => {
  const { observer, judge, send } = watching();
  send(attempt("first"));
  const bytes = toBinary(OutcomeRequestSchema, { session: { client: "first" }, sequence: 1n });
  const response = toBinary(OutcomeReplySchema, { outcome: { case: "refused", value: {} } });
  const inquiry: Request = { path: "/redoubt.Delivery/Outcome", call: undefined, bytes, principal: "" };
  observer.onReply(undefined, inquiry, { ...REPLY, response });
  const run = { cell: "cell", program: { name: "home.1" } as Program, isRedo: false, noted: undefined };
  expect(() => judge.enters("A", run)).toThrow(/not-executed-is-never/);
});

test("what a machine has sent is told from what a copy of it has", () => {
  const { observer, send } = watching();
  send(attempt("first"));
  expect(observer.hasSent("client", "A")).toBe(true);
  expect(observer.hasSent("client copy-1", "A")).toBe(false);
});
