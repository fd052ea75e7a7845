import { type Event, missing } from "./coverage.js";
import type { FolderSize } from "./floor.js";
import type { ViolationKind } from "./oracle.js";
import type { CrashRun, Floor, Round } from "./run.js";

/** Of each violation found in a round so many are printed: the first ones say what is wrong. */
const VIOLATIONS_SHOWN_MAX = 10;

/** What a run came to, as a table for people or as one JSON object a line. */
export class CrashReport {
  private readonly json: boolean;
  private readonly print: (line: string) => void;
  private readonly rounds: Round[] = [];
  private passed = 0;
  private failed = 0;

  constructor(json: boolean, print: (line: string) => void) {
    this.json = json;
    this.print = print;
  }

  note(text: string): void {
    this.print(this.json ? JSON.stringify({ note: text }) : text);
  }

  /** Calls to programs that promise nothing: that they are found out, in each of these ways, is what is expected. */
  control(rounds: readonly Round[], ways: readonly ViolationKind[]): void {
    const kills = rounds.reduce((sum, round) => sum + round.kills, 0);
    const violations = rounds.flatMap((round) => round.violations);
    const found = ways.map((way) => violations.filter(({ kind }) => kind === way));
    const isFoundOut = found.every(({ length }) => length > 0);
    this.count(isFoundOut);
    if (this.json) {
      const counts = Object.fromEntries(ways.map((way, i) => [way, found[i].length]));
      this.print(JSON.stringify({ control: { kills, ...counts } }));
      return;
    }
    if (!isFoundOut)
      this.print("FAILED: not all that is wrong with them was found, so that nothing is proven");
    this.print(`Programs without promises: ${kills} kills, ${violations.length} violations`);
    for (const [i, way] of ways.entries())
      this.print(
        `  ${way} effects: ${found[i].length}${found[i].length > 0 ? `, such as ${found[i][0].text}` : ""}`,
      );
  }

  round(round: Round): void {
    this.rounds.push(round);
    const { violations } = round;
    this.count(violations.length === 0);
    if (this.json) {
      this.print(JSON.stringify({ round: this.rounds.length, ...round }));
      return;
    }
    const { kills, acknowledged, refused, unansweredWithEffect, unansweredWithoutEffect, tookMs } = round;
    const inDoubt = unansweredWithEffect + unansweredWithoutEffect;
    this.print(
      `Round ${this.rounds.length}: ${kills} kills; of ${acknowledged + refused + inDoubt} calls ` +
        `${acknowledged} acknowledged, ${refused} refused, ${inDoubt} unanswered (${unansweredWithEffect} with an effect); ` +
        seconds(tookMs),
    );
    for (const { text } of violations.slice(0, VIOLATIONS_SHOWN_MAX)) this.print(`  VIOLATION: ${text}`);
    if (violations.length > VIOLATIONS_SHOWN_MAX)
      this.print(`  and ${violations.length - VIOLATIONS_SHOWN_MAX} more`);
  }

  floor(floor: Floor): void {
    const { server, client, violations } = floor;
    this.count(violations.length === 0);
    if (this.json) this.print(JSON.stringify({ floor }));
    else {
      const of = (size: FolderSize | undefined) => {
        if (size === undefined) return "nobody knows what";
        const { bytes, records, kinds } = size;
        const counts = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
        const which = counts.length > 0 ? ` (${counts.join(", ")})` : "";
        return `${kibibytes(bytes)} on disk with a checkpoint of ${records} records${which}`;
      };
      this.print(`With nothing to remember: the home has ${of(server)}, the durable client ${of(client)}`);
      for (const text of violations) this.print(`  VIOLATION: ${text}`);
    }
  }

  /** A run that has come to its end has come to all that can happen. */
  coverage(run: CrashRun): void {
    const events = missing(run.kills, eventsOf(run, this.rounds));
    this.count(events.length === 0);
    if (this.json) this.print(JSON.stringify({ missing: events }));
    else for (const event of events) this.print(`FAILED: there were no ${event}, so that nothing is proven`);
  }

  /** The figures of all rounds. */
  table(run: CrashRun): void {
    if (this.json) this.print(JSON.stringify({ summary: figuresOf(run, this.rounds) }));
    else for (const line of tableOf(run, this.rounds)) this.print(line);
  }

  /** The last line: says whether all is well. */
  end(): boolean {
    const { passed, failed } = this;
    this.print(this.json ? JSON.stringify({ passed, failed }) : `${passed} passed, ${failed} failed`);
    return failed === 0;
  }

  private count(isWell: boolean): void {
    if (isWell) this.passed++;
    else this.failed++;
  }
}

function eventsOf(run: CrashRun, rounds: readonly Round[]): Record<Event, number> {
  const figures = figuresOf(run, rounds);
  const { server, durable, volatile } = run.actors;
  return {
    "kills of the server": server.kills,
    "kills of the durable client": durable.kills,
    "kills of the volatile client": volatile.kills,
    "kills while starting": figures.actors.reduce(
      (sum, { killsWhileStarting }) => sum + killsWhileStarting,
      0,
    ),
    "kills together": figures.killsTogether,
    "answers of effects in the world": figures.worldAnswers,
    "answers of effects in the state": figures.stateAnswers,
    refusals: figures.refused,
    "effects without an answer": figures.unansweredWithEffect,
    "calls without an answer or an effect": figures.unansweredWithoutEffect,
    "calls answered across a kill": figures.livedThroughKills,
    "calls resumed by a restarted client": figures.resumed,
    "answers asked for once more": figures.askedAgain,
    "outcomes that were an answer": figures.outcomesAnswered,
    "outcomes that were a refusal": figures.outcomesDenied,
    "calls that ended with their client": figures.abandoned,
    "handlers run once more": figures.redone,
  };
}

function figuresOf(run: CrashRun, rounds: readonly Round[]) {
  const { server, durable, volatile } = run.actors;
  const sum = (of: (round: Round) => number) => rounds.reduce((total, round) => total + of(round), 0);
  return {
    kills: run.kills,
    killsTogether: run.killsTogether,
    actors: Object.entries({ server, "durable client": durable, "volatile client": volatile }).map(
      ([name, { kills, killsWhileStarting, startMs }]) => ({
        name,
        kills,
        killsWhileStarting,
        starts: startMs.length,
        startMs: spread(startMs),
      }),
    ),
    openMs: spread(run.openMs),
    ...run.figures,
    acknowledged: sum(({ acknowledged }) => acknowledged),
    refused: sum(({ refused }) => refused),
    unansweredWithEffect: sum(({ unansweredWithEffect }) => unansweredWithEffect),
    unansweredWithoutEffect: sum(({ unansweredWithoutEffect }) => unansweredWithoutEffect),
    redone: run.world.redone,
    violations: sum(({ violations }) => violations.length),
    seconds: Math.round(sum(({ tookMs }) => tookMs) / 1000),
  };
}

function tableOf(run: CrashRun, rounds: readonly Round[]): string[] {
  const figures = figuresOf(run, rounds);
  const lines = [
    "",
    `${"killed".padEnd(18)}${"kills".padStart(8)}${"starting".padStart(10)}${"starts".padStart(8)}  ready after, median and longest`,
  ];
  for (const { name, kills, killsWhileStarting, starts, startMs } of figures.actors) {
    const numbers = String(kills).padStart(8) + String(killsWhileStarting).padStart(10);
    lines.push(
      `${name.padEnd(18)}${numbers}${String(starts).padStart(8)}  ${startMs.median} ms, ${startMs.longest} ms`,
    );
  }
  const rows: [string, string | number][] = [
    ["killed together", figures.killsTogether],
    ["a journal opened in", `${figures.openMs.median} ms, at most ${figures.openMs.longest} ms`],
    ["calls", figures.asked],
    ["acknowledged", figures.acknowledged],
    ["refused by their handler", figures.refused],
    [
      "without an answer",
      `${figures.unansweredWithEffect} with an effect, ${figures.unansweredWithoutEffect} without`,
    ],
    ["answered across a kill", figures.livedThroughKills],
    ["resumed by a restarted client", figures.resumed],
    ["answers compared with a second one", figures.askedAgain],
    [
      "outcomes told after a failure",
      `${figures.outcomesAnswered} answers, ${figures.outcomesDenied} refusals`,
    ],
    ["ended with a volatile client", figures.abandoned],
    ["handlers run once more", figures.redone],
    ["violations", figures.violations],
    ["seconds", figures.seconds],
  ];
  lines.push("", ...rows.map(([name, value]) => `${name.padEnd(36)}${value}`));
  return lines;
}

/** In whole milliseconds. */
function spread(values: readonly number[]): { readonly median: number; readonly longest: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => Math.round(sorted[index] ?? 0);
  return { median: at(sorted.length >> 1), longest: at(sorted.length - 1) };
}

function kibibytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
