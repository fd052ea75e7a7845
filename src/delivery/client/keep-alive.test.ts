import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { OpenRequestSchema } from "../../rpc/gen/redoubt/delivery_pb.js";
import { KEEP_ALIVE, OPEN } from "./delivery-requests.js";
import {
  EXPIRES_AFTER_MS,
  fakePair,
  installChecks,
  lose,
  pass,
  type SeenAttempt,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

/** Which incarnation an Open names. */
const _opened = (attempt: SeenAttempt) =>
  Number(fromBinary(OpenRequestSchema, attempt.request).session?.incarnation ?? 0);

describe("a session without calls", () => {
  test("tells soon which answers can be let go, and then that it lives", async () => {
    const { home, notes, runtime } = fakePair();
    await Promise.all(["a", "b", "c"].map((text) => notes.write({ text })));
    const [session] = home.sessions.values();
    expect(session!.answers.size).toBe(3);
    await pass(runtime, 15_000);
    expect(home.attempts(KEEP_ALIVE)).toHaveLength(1);
    expect(session!.answers.size).toBe(0);
    await pass(runtime, EXPIRES_AFTER_MS / 3, 40);
    expect(home.attempts(KEEP_ALIVE)).toHaveLength(2);
    await pass(runtime, EXPIRES_AFTER_MS, 60);
    expect(home.attempts(KEEP_ALIVE)).toHaveLength(5);
  });

  test("says nothing while calls do", async () => {
    const { home, notes, runtime } = fakePair();
    for (let i = 0; i < 20; i++) {
      await notes.write({ text: "a" });
      await pass(runtime, 2_000, 2);
    }
    expect(home.attempts(KEEP_ALIVE)).toEqual([]);
  });

  test("tells which answers can be let go after calls that took long", async () => {
    const { home, notes, runtime } = fakePair();
    home.script(WRITE, (attempt) => attempt.loseSilently());
    const reply = notes.write({ text: "a" });
    await pass(runtime, 31_000, 62);
    await reply;
    const [session] = home.sessions.values();
    expect(session!.answers.size).toBe(1);
    await pass(runtime, 15_000);
    expect(session!.answers.size).toBe(0);
  });

  test("tells again where it was not heard", async () => {
    const { home, notes, runtime } = fakePair();
    await notes.write({ text: "a" });
    home.script(KEEP_ALIVE, lose, lose);
    await pass(runtime, 15_000);
    expect(home.attempts(KEEP_ALIVE)).toHaveLength(3);
    const [session] = home.sessions.values();
    expect(session!.answers.size).toBe(0);
  });

  test("is opened anew at the next call where its home has forgotten it", async () => {
    const { home, notes, runtime } = fakePair();
    await notes.write({ text: "a" });
    home.sessions.clear();
    await pass(runtime, 15_000);
    expect(home.attempts(KEEP_ALIVE)).toHaveLength(1);
    await notes.write({ text: "b" });
    expect(home.attempts(OPEN)).toHaveLength(2);
    expect(home.attempts(WRITE)).toHaveLength(2);
  });
});
