import { nodeRuntime } from "./node.js";
import { PipeError, type Runtime, type Timer } from "./runtime.js";
import { seededRandom } from "./seeded-random.test.util.js";
import type { SimulatedDisk } from "./simulated-disk.test.util.js";
import type { SimulatedStorage } from "./simulated-storage.test.util.js";
import type { SimulatedWorld } from "./simulated-world.test.util.js";

/** The outside world of one program in a simulated one, without a network. After `kill` nothing reaches it any more. */
export class SimulatedRuntime implements Runtime {
  readonly storage: SimulatedStorage;
  readonly compressor: Runtime["compressor"];
  readonly sha256: Runtime["sha256"];
  readonly sha256Text: Runtime["sha256Text"];
  readonly crc32: Runtime["crc32"];
  readonly random: () => number;
  private readonly world: SimulatedWorld;

  constructor(world: SimulatedWorld, disk: SimulatedDisk, seed: number) {
    const { compressor, sha256, sha256Text, crc32 } = nodeRuntime();
    this.world = world;
    this.storage = disk.start();
    this.compressor = compressor;
    this.sha256 = sha256;
    this.sha256Text = sha256Text;
    this.crc32 = crc32;
    this.random = seededRandom(seed);
  }

  kill(): void {
    this.storage.kill();
  }

  now(): number {
    return this.world.nowMs;
  }

  epochMs(): number {
    return Date.UTC(2020, 0) + this.world.nowMs;
  }

  keepAlive(): { cancel(): void } {
    return { cancel() {} };
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    return this.world.setTimer(() => this.whileAlive(callback), delayMs);
  }

  afterTurn(callback: () => void): void {
    this.world.afterTurn(() => this.whileAlive(callback));
  }

  randomBytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(this.random() * 256));
  }

  connect(): never {
    throw new Error("there is no network");
  }

  listen(): Promise<never> {
    return Promise.reject(new PipeError("EADDRNOTAVAIL", "there is no network"));
  }

  lookup(): Promise<never> {
    return Promise.reject(new PipeError("ENOTFOUND", "there is no network"));
  }

  private whileAlive(callback: () => void): void {
    if (this.storage.isAlive) callback();
  }
}
