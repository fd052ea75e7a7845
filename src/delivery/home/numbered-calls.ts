/** What {@link NumberedCalls} keeps. */
export interface Numbered {
  /** Of a call, within its session: 1 … 2^53 - 1. */
  readonly sequence: number;
}

/**
 * Some of the calls of a session, by their numbers, which mostly lie within one window: a number's last bits say where it
 * stands. In the place of a Map for the reason that {@link CallRing} gives.
 */
export class NumberedCalls<Call extends Numbered> {
  size = 0;
  /** As many as a power of two. */
  private places: (Call | undefined)[] = [];
  /** Those whose place another one has, that is far away. */
  private others: Map<number, Call> | undefined = undefined;

  get(sequence: number): Call | undefined {
    const call = this.places[this.placeOf(sequence)];
    return call?.sequence === sequence ? call : this.others?.get(sequence);
  }

  /** Puts a call in, whose number no other one has. */
  add(call: Call): void {
    this.size++;
    while (this.isTaken(call.sequence) && this.isCrowded) this.grow();
    if (this.isTaken(call.sequence)) this.addOther(call);
    else this.places[this.placeOf(call.sequence)] = call;
  }

  /** Takes a call out, if it is in. */
  remove(call: Call): void {
    if (this.get(call.sequence) !== call) return;
    this.size--;
    const place = this.placeOf(call.sequence);
    if (this.places[place] === call) this.places[place] = undefined;
    else this.others?.delete(call.sequence);
  }

  /** Those that are in now, the lowest number first. */
  all(): Call[] {
    const here = this.places.filter((call) => call !== undefined);
    const calls = this.others === undefined ? here : here.concat(Array.from(this.others.values()));
    return calls.sort((a, b) => a.sequence - b.sequence);
  }

  private placeOf(sequence: number): number {
    return sequence % this.places.length;
  }

  private isTaken(sequence: number): boolean {
    return this.places.length === 0 || this.places[this.placeOf(sequence)] !== undefined;
  }

  /** More places are worth their memory, which no quota counts: there are about as many calls. */
  private get isCrowded(): boolean {
    return this.places.length < PLACES_MAX && this.places.length < 2 * this.size;
  }

  private addOther(call: Call): void {
    this.others ??= new Map();
    this.others.set(call.sequence, call);
  }

  private grow(): void {
    const calls = this.places;
    this.places = new Array<Call | undefined>(Math.max(PLACES_MIN, 2 * calls.length)).fill(undefined);
    for (const call of calls) if (call !== undefined) this.places[this.placeOf(call.sequence)] = call;
  }
}

/** Most sessions have few calls under way. */
const PLACES_MIN = 4;
/** As large as the window, which is rarely left: by open calls whose answers nobody wants any more. */
const PLACES_MAX = 1024;
