import { describe, expect, test } from "vitest";
import type { ClientInterceptor } from "../../rpc/interceptor.js";
import { Status } from "../../rpc/status.js";
import { OPEN } from "./delivery-requests.js";
import { DurableLab, settled } from "./durable-lab.test.util.js";
import {
  type Behaviour,
  failureOf,
  hold,
  installChecks,
  lose,
  pass,
  refuse,
  textBytes,
  WRITE,
} from "./fake-home.test.util.js";

installChecks();

const unauthenticated: Behaviour = (attempt) =>
  attempt.status(Status.UNAUTHENTICATED, "who?", "not-executed");

/** Adds a token, another one for each call. */
function signing(): ClientInterceptor {
  let tokens = 0;
  return (call, next) => {
    call.metadata.set("authorization", `token ${++tokens}`);
    return next(call);
  };
}

/** A call that its caller has left behind. */
async function leftBehind(interceptors: readonly ClientInterceptor[], ...attempts: Behaviour[]) {
  const lab = new DurableLab();
  const program = await lab.start({}, lab.disk, { interceptors });
  lab.home.script(WRITE, lose, ...attempts);
  const failure = failureOf(program.notes.write({ text: "a" }, { timeoutMs: 20 }));
  await settled();
  await pass(program.runtime, 20);
  await failure;
  return { lab, ...program, program };
}

describe("a call that nobody waits for", () => {
  test("goes through the channel's interceptors, in this process and in the next", async () => {
    const { lab, program, runtime } = await leftBehind([signing()], lose, hold);
    await pass(runtime, 5_000, 20);
    const tokens = () => lab.home.attempts(WRITE).map(({ metadata }) => metadata.get("authorization"));
    // The second token is that of the session.
    expect(tokens()).toEqual(["token 1", "token 3", "token 4"]);
    lab.kill(program);
    const { client } = await lab.start({}, lab.disk, { interceptors: [signing()] });
    const [call] = client.unfinished();
    expect(await call!.answer).toEqual(textBytes("done: a"));
    expect(tokens().at(-1)).toBe("token 2");
  });

  test("is sent as it was recorded, whatever interceptors make of its bytes", async () => {
    const meddling: ClientInterceptor = async (call, next) => {
      if (call.kind !== "unary" || !(call.message instanceof Uint8Array)) return next(call);
      call.message.fill(0xff);
      const reply = await next({ ...call, message: Uint8Array.of(1) });
      (reply as unknown as { message: Uint8Array }).message.fill(0xff);
      throw new Error("of no use");
    };
    const { lab, client, runtime } = await leftBehind([meddling]);
    const [call] = client.unfinished();
    await pass(runtime, 5_000, 20);
    expect(await call!.answer).toEqual(textBytes("done: a"));
    expect(lab.home.effects).toEqual(["a"]);
  });

  test("is sent twice under one number by an interceptor that tries again", async () => {
    const again: ClientInterceptor = (call, next) => next(call).catch(() => next(call));
    const { lab, client, runtime } = await leftBehind([again], (attempt) => attempt.loseAnswer());
    const [call] = client.unfinished();
    await pass(runtime, 5_000, 20);
    expect(await call!.answer).toEqual(textBytes("done: a"));
    expect(lab.home.effects).toEqual(["a"]);
    expect(lab.home.attempts(WRITE).at(-1)).toMatchObject({ sequence: 1 });
  });

  test.each<[string, ClientInterceptor, string]>([
    ["throws", () => Promise.reject(new Error("no token")), "no token"],
    ["hangs", () => new Promise(() => {}), "waiting for the channel's interceptors"],
    ["answers by itself", async () => undefined as never, "an interceptor of the channel has answered"],
  ])("waits where an interceptor %s", async (_, trouble, reason) => {
    let calls = 0;
    let isTroubled = true;
    const fails: ClientInterceptor = (call, next) =>
      call.method.path === WRITE && ++calls > 1 && isTroubled ? trouble(call, next) : next(call);
    const { client, runtime } = await leftBehind([fails]);
    await pass(runtime, 60_000, 60);
    expect(String(client.unfinished()[0]!.failure)).toContain(reason);
    isTroubled = false;
    await pass(runtime, 60_000, 60);
    expect(client.unfinished()).toEqual([]);
  });

  test.each<[string, Behaviour, Status]>([
    ["UNAUTHENTICATED", unauthenticated, Status.UNAUTHENTICATED],
    ["forbidden", refuse("forbidden"), Status.PERMISSION_DENIED],
  ])("waits for other credentials where it is %s, and others go on", async (_, refusal, code) => {
    const { lab, client, notes, runtime } = await leftBehind([], ...Array<Behaviour>(99).fill(refusal));
    await pass(runtime, 60_000, 120);
    const [call] = client.unfinished();
    expect(call!.failure).toMatchObject({ code, outcome: "unknown" });
    // Ever more slowly.
    const attempts = lab.home.attempts(WRITE).length;
    expect(attempts).toBeGreaterThan(6);
    await pass(runtime, 120_000, 120);
    expect(lab.home.attempts(WRITE).length - attempts).toBeLessThan(9);
    lab.home.heal();
    expect(await notes.write({ text: "b" })).toMatchObject({ text: "done: b" });
    await pass(runtime, 31_000, 60);
    expect(client.unfinished()).toEqual([]);
    expect(lab.home.effects.toSorted()).toEqual(["a", "b"]);
    expect(lab.home.attempts(OPEN)).toHaveLength(1);
  });

  test("tells why it has no answer where the session cannot be opened", async () => {
    const { lab, program } = await leftBehind([]);
    lab.kill(program);
    lab.home.script(OPEN, unauthenticated);
    const { client, runtime } = await lab.start();
    expect(client.unfinished()[0]!.failure).toBeUndefined();
    await settled();
    expect(client.unfinished()[0]!.failure).toMatchObject({
      code: Status.UNAUTHENTICATED,
      outcome: "unknown",
    });
    await pass(runtime, 31_000, 60);
    expect(client.unfinished()).toEqual([]);
  });
});

describe("a call that is forbidden", () => {
  test("ends the waiting of its caller alone", async () => {
    const lab = new DurableLab();
    const { client, notes, runtime } = await lab.start();
    await notes.write({ text: "0" });
    lab.home.script(WRITE, hold, refuse("forbidden"));
    const alices = notes.write({ text: "a" });
    const failure = await failureOf(notes.write({ text: "b" }, { key: "b" }));
    expect(failure).toMatchObject({ code: Status.PERMISSION_DENIED, outcome: "unknown" });
    expect(failure.callId).toBe(client.unfinished()[1]!.id);
    lab.home.attempts(WRITE)[1]!.treatWell();
    expect(await alices).toMatchObject({ text: "done: a" });
    // With other credentials.
    expect(await notes.write({ text: "b" }, { key: "b" })).toMatchObject({ text: "done: b" });
    await pass(runtime, 31_000, 60);
    expect(lab.home.effects).toEqual(["0", "a", "b"]);
  });
});
