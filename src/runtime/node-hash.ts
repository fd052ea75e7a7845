import { crc32 as zlibCrc32 } from "node:zlib";
import { loadCrypto } from "./node-builtins.js";

export function randomBytes(length: number): Uint8Array {
  return loadCrypto().randomBytes(length);
}

/** By way of a string of 32 characters: for short inputs that takes half as long as a Buffer from `hash`. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const text = sha256Text(bytes);
  const digest = new Uint8Array(SHA256_BYTES);
  for (let i = 0; i < SHA256_BYTES; i++) digest[i] = text.charCodeAt(i);
  return digest;
}

export function sha256Text(bytes: Uint8Array): string {
  return loadCrypto().hash("sha256", bytes, "binary");
}

const SHA256_BYTES = 32;

export function crc32(bytes: Uint8Array, seed = 0): number {
  return zlibCrc32(bytes, seed);
}
