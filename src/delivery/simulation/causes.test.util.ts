import type { Judge } from "./judge.test.util.js";
import type { World } from "./world.test.util.js";

/** Refusals that say: later, or elsewhere. */
const PASSING: ReadonlySet<string> = new Set(["window", "quota", "full", "failed", "starting", "wrong-home"]);

const ENDS_SESSION: ReadonlySet<string> = new Set(["lost-home", "fenced", "forbidden"]);

/** Why a home may refuse a call for good in this world. */
export class Causes {
  /** Clients of whose folder there are copies. */
  readonly cloned = new Set<string>();
  setBack = false;
  hasStranger = false;
  replaced = false;
  /** Clients that some home has refused for good. */
  private readonly refused = new Set<string>();
  private readonly over = new Set<string>();
  private readonly world: World;
  private readonly judge: Judge;
  private readonly expiresAfterMs: number;
  /** When a message of a session has last reached the home. */
  private readonly contacts = new Map<string, number>();
  /** When the home served, as [from, to]. */
  private readonly serving: { fromMs: number; toMs: number }[] = [];

  constructor(world: World, judge: Judge, expiresAfterMs: number) {
    this.world = world;
    this.judge = judge;
    this.expiresAfterMs = expiresAfterMs;
  }

  servesFrom(): void {
    this.serving.push({ fromMs: this.world.nowMs, toMs: Number.POSITIVE_INFINITY });
  }

  servesNoMore(): void {
    const last = this.serving.at(-1);
    if (last !== undefined && last.toMs > this.world.nowMs) last.toMs = this.world.nowMs;
  }

  hears(session: string, atMs: number): void {
    this.contacts.set(session, Math.max(atMs, this.contacts.get(session) ?? 0));
  }

  /** A client's session is over for good: what is not known by now stays so. */
  isOver(client: string): boolean {
    return this.over.has(client);
  }

  /** Some home has refused the client for good. */
  hasRefused(client: string): boolean {
    return this.refused.has(client);
  }

  /** An application is told that nobody can find out what became of its call. */
  lost(client: string, label: string, text: string): void {
    if (!this.hasRefused(client))
      this.judge.fail("answers-kept", `${label} is given up for no reason: ${text}`);
  }

  /** A living client gets a refusal. */
  refuses(client: string, label: string, refusal: string, session: string | undefined): void {
    if (PASSING.has(refusal)) return;
    this.refused.add(client);
    if (ENDS_SESSION.has(refusal)) this.over.add(client);
    switch (refusal) {
      case "lost-home":
        if (!this.setBack) this.without(label, refusal, "was never set back");
        return;
      case "fenced":
        if (!this.cloned.has(client)) this.without(label, refusal, `has heard of no copy of ${client}`);
        return;
      case "mismatch":
        if (!this.cloned.has(client)) this.without(label, refusal, `was called by no copy of ${client}`);
        return;
      case "expired":
        // Where there are two homes a message need not have reached the one that it was meant for.
        if (this.setBack || this.replaced || this.hasStranger) return;
        if (this.servedSince(session) < 0.998 * this.expiresAfterMs)
          this.judge.fail(
            "outage-expires-nobody",
            `${label} of ${client}: the home has served ${this.servedSince(session)} ms since it heard of it`,
          );
        return;
      case "stale":
        if (!this.cloned.has(client) && !this.setBack)
          this.judge.fail("answers-kept", `${label} of ${client} is stale, and its answer was never told`);
        return;
      default:
        this.without(label, refusal, "has no reason to");
    }
  }

  private servedSince(session: string | undefined): number {
    const sinceMs = this.contacts.get(session ?? "") ?? 0;
    return this.serving.reduce((sum, { fromMs, toMs }) => {
      const overlap = Math.min(toMs, this.world.nowMs) - Math.max(fromMs, sinceMs);
      return sum + Math.max(0, overlap);
    }, 0);
  }

  private without(label: string, refusal: string, why: string): never {
    return this.judge.fail("refusals-have-causes", `${label} is refused as ${refusal}, but the home ${why}`);
  }
}
