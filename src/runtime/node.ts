import { nodeCompressor } from "./node-compressor.js";
import { crc32, randomBytes, sha256, sha256Text } from "./node-hash.js";
import { listen } from "./node-listener.js";
import { lookup } from "./node-lookup.js";
import { connectPipe } from "./node-pipe.js";
import { nodeStorage } from "./node-storage.js";
import { SecureContexts } from "./node-tls-client.js";
import type { Runtime, Timer } from "./runtime.js";

/**
 * The real outside world, by means of Node. Each call gives an independent one: it has no state beyond a read buffer
 * and what OpenSSL has made of certificates.
 */
export function nodeRuntime(): Runtime {
  const contexts = new SecureContexts();
  let sharedBuffer: Uint8Array | undefined;
  const readBuffer = () => {
    if (READS_ARE_SYNCHRONOUS) sharedBuffer ??= new Uint8Array(READ_BUFFER_BYTES);
    return sharedBuffer;
  };
  return {
    now: () => performance.now(),
    epochMs: () => Date.now(),
    setTimer: (callback, delayMs) => new NodeTimer(callback, delayMs),
    keepAlive: () => {
      const interval = setInterval(() => {}, NODE_DELAY_MS_MAX);
      return { cancel: () => clearInterval(interval) };
    },
    afterTurn: (callback) => void setImmediate(callback),
    random: () => Math.random(),
    connect: (address, events, security) =>
      connectPipe(address, events, readBuffer(), security && { settings: security, contexts }),
    listen,
    lookup,
    randomBytes,
    sha256,
    sha256Text,
    crc32,
    compressor: nodeCompressor(),
    storage: nodeStorage(),
  };
}

/** On Windows the system fills the buffer of a read on its own time, so that each needs one to itself. */
const READS_ARE_SYNCHRONOUS = process.platform !== "win32";

/** What libuv suggests for a read of a stream. */
const READ_BUFFER_BYTES = 65_536;

class NodeTimer implements Timer {
  private readonly timeout: NodeJS.Timeout;

  /** Node's timers drop fractions and count from a clock of whole milliseconds, which alone would let them fire early. */
  constructor(callback: () => void, delayMs: number) {
    const wholeMs = Math.min(Math.ceil(delayMs) + 1, NODE_DELAY_MS_MAX);
    this.timeout = setTimeout(callback, wholeMs).unref();
  }

  cancel(): void {
    clearTimeout(this.timeout);
  }
}

/** Beyond it `setTimeout` fires at once. */
const NODE_DELAY_MS_MAX = 2 ** 31 - 1;
