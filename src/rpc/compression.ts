import type { Compressor, Encoding } from "../runtime/compressor.js";

/** How messages are compressed on their way, by gRPC's names; `identity` is not at all. `zstd` needs Node 22.15 or 23.8. */
export type Compression = "identity" | Encoding;

/** @throws TypeError where there is no such thing here */
export function checkCompression(compression: Compression, { encodings }: Compressor): Compression {
  if (compression === "identity" || encodings.includes(compression)) return compression;
  const hint = compression === "zstd" ? "; zstd needs Node 22.15 or 23.8" : "";
  throw new TypeError(
    `compression ${JSON.stringify(compression)} is not available here: use ${["identity", ...encodings].join(", ")}${hint}`,
  );
}
