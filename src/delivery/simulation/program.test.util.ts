import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Compressor } from "../../runtime/compressor.js";
import type { AcceptedPipe, Listener, Pipe, Runtime, Timer } from "../../runtime/runtime.js";
import type { Storage } from "../../runtime/storage.js";
import type { RandomStream } from "./random.test.util.js";
import type { World } from "./world.test.util.js";

/** A clock that differs from the world's. */
export interface Clock {
  readonly offsetMs: number;
  readonly rate: number;
}

/** Timers are late by so much: a clock of fractions can stand still over less. */
const LATE_MS = 0.001;

/**
 * A process of the simulated world: the runtime that its code gets, until it is killed. From then on nothing that it
 * has set happens any more, nothing that it waits for comes, and nothing that it does is seen.
 */
export class Program implements Runtime {
  readonly world: World;
  readonly name: string;
  readonly storage: Storage;
  isDead = false;
  private readonly clock: Clock;
  private readonly randomness: RandomStream;
  private readonly onKilled: () => void;

  constructor(world: World, name: string, storage: Storage, clock: Clock, onKilled: () => void) {
    this.world = world;
    this.name = name;
    this.clock = clock;
    this.randomness = world.stream(`program ${name}`);
    this.storage = storage;
    this.onKilled = onKilled;
  }

  kill(): void {
    if (this.isDead) return;
    this.isDead = true;
    this.onKilled();
  }

  /** Lets something happen in this program, if it still lives then. */
  later(delayMs: number, callback: () => void): void {
    this.world.after(delayMs, () => {
      if (!this.isDead) callback();
    });
  }

  /** Never resolves if the program dies meanwhile. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.later(delayMs, resolve));
  }

  now(): number {
    return this.clock.offsetMs + this.world.nowMs * this.clock.rate;
  }

  epochMs(): number {
    return Date.UTC(2020, 0) + this.now();
  }

  keepAlive(): { cancel(): void } {
    return { cancel() {} };
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    if (!(delayMs >= 0 && delayMs < 2 ** 31)) throw new RangeError(`timer of ${delayMs} ms`);
    const event = this.world.after(delayMs / this.clock.rate + LATE_MS, () => {
      if (!this.isDead) callback();
    });
    return {
      cancel: () => {
        event.isCancelled = true;
      },
    };
  }

  afterTurn(callback: () => void): void {
    this.later(0, callback);
  }

  random(): number {
    return this.randomness.fraction();
  }

  randomBytes(length: number): Uint8Array {
    return this.randomness.bytes(length);
  }

  sha256(bytes: Uint8Array): Uint8Array {
    return createHash("sha256").update(bytes).digest();
  }

  sha256Text(bytes: Uint8Array): string {
    return createHash("sha256").update(bytes).digest("binary");
  }

  crc32(bytes: Uint8Array, seed = 0): number {
    return crc32(bytes, seed);
  }

  connect(): Pipe {
    throw new Error("messages of this world do not go by pipes");
  }

  listen(_address: unknown, _onPipe: (pipe: AcceptedPipe) => void): Promise<Listener> {
    return Promise.reject(new Error("messages of this world do not go by pipes"));
  }

  lookup(): Promise<string[]> {
    return Promise.reject(new Error("there are no names in this world"));
  }

  get compressor(): Compressor {
    throw new Error("nothing is compressed in this world");
  }
}
