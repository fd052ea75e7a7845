import { describe, expect, test } from "vitest";
import { ManualRuntime } from "../runtime/manual-runtime.test.util.js";
import { ConnectionLife, type LifeLimits, type Living } from "./connection-life.js";

const NEVER = Number.POSITIVE_INFINITY;
const NO_LIMITS: LifeLimits = { keepalive: undefined, idleMs: NEVER, ageMs: NEVER, ageGraceMs: NEVER };

/** A connection that writes down what is asked of it, with the time since its beginning. */
class Recorded implements Living {
  readonly runtime = new ManualRuntime();
  readonly life: ConnectionLife;
  readonly asked: string[] = [];
  readonly turnEnds: (() => void)[] = [];
  receivedMs = this.runtime.now();
  hasCalls = false;
  private readonly startedMs = this.runtime.now();

  constructor(limits: Partial<LifeLimits>, { randomness = 0.5, starts = true } = {}) {
    this.runtime.randomness = randomness;
    this.runtime.afterTurn = (callback) => this.turnEnds.push(callback);
    this.life = new ConnectionLife(this.runtime, { ...NO_LIMITS, ...limits }, this);
    if (starts) this.life.start();
  }

  /** Time passes, in whole turns of the event loop. */
  passes(ms: number): this {
    this.runtime.advance(ms);
    for (const callback of this.turnEnds.splice(0)) callback();
    return this;
  }

  receives(): void {
    this.receivedMs = this.runtime.now();
  }

  opensCall(): void {
    this.life.wake();
    this.hasCalls = true;
  }

  endsCall(): void {
    this.hasCalls = false;
    this.life.rest();
  }

  ping(): void {
    this.note("ping");
  }

  expire(why: string): void {
    this.note(why);
    this.life.leaving(true);
  }

  finishShutdown(): void {
    this.note("final");
    this.life.left();
  }

  destroy(detail: string): void {
    this.note(detail);
    this.life.stop();
  }

  private note(text: string): void {
    this.asked.push(`${this.runtime.now() - this.startedMs} ${text}`);
  }
}

describe("a timer", () => {
  test("is not made where nothing is bounded", () => {
    const one = new Recorded({});
    one.opensCall();
    one.endsCall();
    expect(one.passes(1e12).runtime.pendingMs).toEqual([]);
    expect(one.asked).toEqual([]);
  });

  test("is one, for what is due first", () => {
    const keepalive = { timeMs: 500, timeoutMs: 100, withoutCalls: true };
    const one = new Recorded({ keepalive, idleMs: 300, ageMs: 400 });
    expect(one.runtime.pendingMs).toEqual([300]);
  });

  test("is not touched by calls", () => {
    const one = new Recorded({ idleMs: 300 });
    one.runtime.setTimer = () => {
      throw new Error("no timer was to be made");
    };
    for (let call = 0; call < 10; call++) {
      one.opensCall();
      one.endsCall();
    }
  });

  test("ends with the connection", () => {
    const one = new Recorded({ idleMs: 300, ageMs: 400 });
    one.life.stop();
    expect(one.runtime.pendingMs).toEqual([]);
    expect(one.passes(1000).asked).toEqual([]);
  });

  test("longer than Node's is made again", () => {
    const one = new Recorded({ idleMs: 2 ** 31 + 1000 });
    expect(one.runtime.pendingMs).toEqual([2 ** 31 - 1]);
    expect(one.passes(2 ** 31).asked).toEqual([]);
    expect(one.passes(1000).asked).toEqual([`${2 ** 31 + 1000} max_idle`]);
  });
});

describe("an idle connection", () => {
  test("expires when it never had a call", () => {
    expect(new Recorded({ idleMs: 300 }).passes(300).asked).toEqual(["300 max_idle"]);
  });

  test("expires that long after its last call", () => {
    const one = new Recorded({ idleMs: 300 });
    one.passes(200).opensCall();
    one.passes(50).endsCall();
    one.passes(299);
    expect(one.asked).toEqual([]);
    expect(one.passes(1).asked).toEqual(["550 max_idle"]);
  });

  test("is none while a call is open, however long", () => {
    const one = new Recorded({ idleMs: 300 });
    one.opensCall();
    one.passes(10_000).endsCall();
    one.passes(299);
    expect(one.asked).toEqual([]);
    expect(one.passes(1).asked).toEqual(["10300 max_idle"]);
  });
});

describe("an old connection", () => {
  test.each([
    [0, 900],
    [0.5, 1000],
    [0.999999, 1100],
  ])("a random %d: expires after %d ms, calls or not", (randomness, ageMs) => {
    const one = new Recorded({ ageMs: 1000 }, { randomness });
    one.opensCall();
    one.passes(ageMs - 1);
    expect(one.asked).toEqual([]);
    one.passes(1);
    expect(one.asked.map((line) => line.replace(/^\S+ /, ""))).toEqual(["max_age"]);
  });

  test("has its grace, counted from the final GOAWAY", () => {
    const one = new Recorded({ ageMs: 1000, ageGraceMs: 200 });
    one.opensCall();
    one.passes(1000);
    one.passes(30).life.left();
    one.passes(199);
    expect(one.asked).toEqual(["1000 max_age"]);
    expect(one.passes(1).asked[1]).toBe("1230 the connection has reached its age, and its grace is over");
  });

  test("without a grace lets calls take their time", () => {
    const one = new Recorded({ ageMs: 1000 });
    one.opensCall();
    one.passes(1000).life.left();
    expect(one.passes(1e9).asked).toEqual(["1000 max_age"]);
  });
});

describe("a connection that is left", () => {
  test("waits five seconds for the peer to say that it knows", () => {
    const one = new Recorded({ idleMs: 300, ageMs: 400 });
    one.life.leaving(true);
    expect(one.passes(100_000).asked).toEqual(["5000 final"]);
  });

  test("even before it stands", () => {
    const one = new Recorded({ idleMs: 300, ageMs: 400 }, { starts: false });
    one.life.leaving(true);
    one.life.start();
    expect(one.passes(100_000).asked).toEqual(["5000 final"]);
  });

  test("waits no more once the peer has said so, nor gets a grace that is for age", () => {
    const one = new Recorded({ ageGraceMs: 100 });
    one.life.leaving(true);
    one.life.left();
    expect(one.passes(100_000).asked).toEqual([]);
  });

  test("is left once: a second time changes nothing", () => {
    const one = new Recorded({});
    one.life.leaving(true);
    one.passes(4000).life.leaving(true);
    expect(one.passes(1000).asked).toEqual(["5000 final"]);
  });

  test("by a client has nothing to wait for", () => {
    const one = new Recorded({ idleMs: 300 });
    one.life.leaving(false);
    expect(one.runtime.pendingMs).toEqual([]);
  });
});

describe("a silent peer", () => {
  const keepalive = { timeMs: 1000, timeoutMs: 100, withoutCalls: false };

  test("is asked and then given up", () => {
    const one = new Recorded({ keepalive });
    one.opensCall();
    expect(one.passes(1099).asked).toEqual(["1000 ping"]);
    expect(one.passes(1).asked).toEqual(["1000 ping", "1100 keepalive: no answer for 100 ms"]);
    expect(one.runtime.pendingMs).toEqual([]);
  });

  test("whose answer was at hand when the timer came late is not given up", () => {
    const one = new Recorded({ keepalive });
    one.opensCall();
    one.passes(1000);
    one.runtime.advance(100);
    one.receives();
    for (const callback of one.turnEnds.splice(0)) callback();
    expect(one.asked).toEqual(["1000 ping"]);
    expect(one.runtime.pendingMs).toEqual([1000]);
  });

  test("is asked as a call opens, after a time without calls", () => {
    const one = new Recorded({ keepalive });
    one.passes(10_000);
    expect(one.runtime.pendingMs).toEqual([]);
    one.opensCall();
    expect(one.asked).toEqual(["10000 ping"]);
    expect(one.passes(100).asked[1]).toBe("10100 keepalive: no answer for 100 ms");
  });

  test("is asked while its connection is left, too", () => {
    const one = new Recorded({ keepalive });
    one.opensCall();
    one.life.leaving(false);
    expect(one.passes(1100).asked.length).toBe(2);
  });
});
