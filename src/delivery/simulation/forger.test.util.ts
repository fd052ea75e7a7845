import type { HomeHost } from "./home-host.test.util.js";
import type { Request } from "./network.test.util.js";
import { headerOf, headerText, labelOf } from "./observer.test.util.js";
import type { RandomStream } from "./random.test.util.js";
import { principalOf, type Stage } from "./stage.test.util.js";
import { bytesOf, MAKE, requestText, TRANSFER, type Work } from "./work.test.util.js";

const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const MALLORY = principalOf("mallory");

/** Sends what nobody has asked for, made of what others have sent. None of it may have an effect. */
export class Forger {
  private readonly stage: Stage;
  private forgeries = 0;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  act(home: HomeHost, random: RandomStream): void {
    const { observer, judge } = this.stage;
    const labels = [...observer.sent.keys()].filter(
      (label) => observer.sent.get(label)![0]!.call !== undefined,
    );
    if (labels.length === 0) return;
    const [victim] = observer.sent.get(random.pick(labels))!;
    const header = headerOf(victim!.call!);
    const label = `forged.${++this.forgeries}`;
    judge.submitted(label, "forged");
    const isRedo = random.chance(0.5);
    const work: Work = {
      label,
      style: "forged",
      where: isRedo ? ["cell-0"] : ["a", "b", "c"],
      manner: { throws: 0, refuses: false, pauseMs: 0 },
    };
    const path = isRedo ? MAKE.path : TRANSFER.path;
    const bytes = bytesOf(requestText(work));
    const higher = header.sequence + random.below(4);
    const identity = () => Array.from({ length: 22 }, () => random.pick([...CHARACTERS])).join("");
    const isAnswered = judge.hasRecorded(labelOf(victim!)!);
    if (isAnswered && random.chance(0.15)) {
      const other = victim!.path === MAKE.path ? TRANSFER.path : MAKE.path;
      return this.send(home, "another method for a number", { ...victim!, path: other }, random);
    }
    const forgeries: [name: string, call: string, principal: string][] = [
      ["a guessed session", headerText({ ...header, session: identity() }), victim!.principal],
      ["a guessed home", headerText({ ...header, home: identity() }), victim!.principal],
      ["a stolen session", headerText({ ...header, sequence: higher, ack: higher }), MALLORY],
      ["a malformed field", `${victim!.call}.1`, victim!.principal],
      ["no field at all", victim!.call!.slice(0, 30), victim!.principal],
      [
        "a number far ahead",
        headerText({ ...header, sequence: header.sequence + 10_000 }),
        victim!.principal,
      ],
    ];
    if (isAnswered) forgeries.push(["another request for a number", victim!.call!, victim!.principal]);
    const [name, call, principal] = random.pick(forgeries);
    this.stage.world.note(`${label} is ${name}`);
    this.send(home, name, { path, call, bytes, principal }, random);
  }

  private send(home: HomeHost, name: string, request: Request, random: RandomStream): void {
    this.stage.counts.add(`forgery: ${name}`);
    this.stage.network.inject(home, request, random.between(0.1, 5));
  }
}
