import { crc32 as zlibCrc32 } from "node:zlib";
import { loadCrypto } from "./node-builtins.js";

export function randomBytes(length: number): Uint8Array {
  return loadCrypto().randomBytes(length);
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return loadCrypto().hash("sha256", bytes, "buffer");
}

export function crc32(bytes: Uint8Array, seed = 0): number {
  return zlibCrc32(bytes, seed);
}
