import type { FolderSize } from "./floor.js";
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

  /** Calls to programs that promise nothing: that they are found out is what is expected. */
  control({ kills, violations }: Round): void {
    this.count(violations.length > 0);
    if (this.json) this.print(JSON.stringify({ control: { kills, violations: violations.length } }));
    else if (violations.length > 0)
      this.print(
        `Programs without promises: ${kills} kills, ${violations.length} violations are found, such as\n  ${violations[0]}`,
      );
    else
      this.print(`FAILED: programs without promises have survived ${kills} kills, so that nothing is proven`);
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
    for (const text of violations.slice(0, VIOLATIONS_SHOWN_MAX)) this.print(`  VIOLATION: ${text}`);
    if (violations.length > VIOLATIONS_SHOWN_MAX)
      this.print(`  and ${violations.length - VIOLATIONS_SHOWN_MAX} more`);
  }

  floor(floor: Floor): void {
    const { server, client, violations } = floor;
    this.count(violations.length === 0);
    if (this.json) this.print(JSON.stringify({ floor }));
    else {
      const of = ({ bytes, checkpointBytes }: FolderSize) =>
        `${kibibytes(bytes)} on disk with a checkpoint of ${checkpointBytes} bytes`;
      this.print(`With nothing to remember: the home has ${of(server)}, the durable client ${of(client)}`);
      for (const text of violations) this.print(`  VIOLATION: ${text}`);
    }
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
    ["outcomes told after a failure", figures.outcomesTold],
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
