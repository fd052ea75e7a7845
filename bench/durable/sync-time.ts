import * as fs from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { median } from "../report/statistics.js";

const WRITE_COUNT = 200;
const WRITE_BYTES = 256;

/** What one write of 256 bytes with `O_DSYNC` takes here, milliseconds: the medians of both ways. */
export interface SyncTime {
  /** A system call on this thread. */
  readonly synchronousMs: number;
  /** Through Node's thread pool. */
  readonly asynchronousMs: number;
}

export async function measureSyncTime(folder: string): Promise<SyncTime> {
  const path = join(folder, "sync-time");
  fs.writeFileSync(path, new Uint8Array(WRITE_COUNT * WRITE_BYTES), { flush: true });
  const fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_DSYNC);
  const record = new Uint8Array(WRITE_BYTES).fill(1);
  const write = promisify(fs.write);
  const synchronous: number[] = [];
  const asynchronous: number[] = [];
  for (let index = 0; index < WRITE_COUNT; index++) {
    const offset = index * WRITE_BYTES;
    const startMs = performance.now();
    fs.writeSync(fd, record, 0, WRITE_BYTES, offset);
    const middleMs = performance.now();
    await write(fd, record, 0, WRITE_BYTES, offset);
    synchronous.push(middleMs - startMs);
    asynchronous.push(performance.now() - middleMs);
  }
  fs.closeSync(fd);
  fs.rmSync(path);
  return { synchronousMs: median(synchronous), asynchronousMs: median(asynchronous) };
}
