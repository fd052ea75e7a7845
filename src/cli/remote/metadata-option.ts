import { isReserved, type MetadataValue } from "../../rpc/metadata.js";
import { UsageError } from "../world.js";

/**
 * What `-H name:value` says. Values of names that end in `-bin` are base64, with or without padding.
 * @throws UsageError
 */
export function metadataEntry(text: string): readonly [name: string, value: MetadataValue] {
  const colon = text.indexOf(":");
  if (colon <= 0) throw new UsageError(`\`${text}\` is no metadata`, "write it as NAME:VALUE");
  const name = text.slice(0, colon).trim().toLowerCase();
  const value = text.slice(colon + 1).trim();
  if (!/^[0-9a-z_.-]+$/.test(name))
    throw new UsageError(`\`${name}\` is no name of metadata`, "names are made of 0-9 a-z _ - .");
  if (isReserved(name)) throw new UsageError(`metadata \`${name}\` is reserved for the protocol`);
  if (name.endsWith("-bin")) return [name, bytesOf(name, value)];
  if (!/^[ -~]*$/.test(value))
    throw new UsageError(
      `the value of \`${name}\` is not plain ASCII`,
      `bytes travel in names that end in -bin, as base64: ${name}-bin:…`,
    );
  return [name, value];
}

function bytesOf(name: string, value: string): Uint8Array {
  const isBase64 = /^[A-Za-z0-9+/_-]*={0,2}$/.test(value) && value.replace(/=+$/, "").length % 4 !== 1;
  if (isBase64) return Buffer.from(value, "base64");
  throw new UsageError(
    `the value of \`${name}\` is no base64`,
    "names that end in -bin have bytes, as base64",
  );
}

/** Metadata as lines for people, in their order; bytes as base64. */
export function metadataLines(metadata: Iterable<readonly [string, MetadataValue]>): string[] {
  return Array.from(
    metadata,
    ([name, value]) =>
      `${name}: ${typeof value === "string" ? value : Buffer.from(value).toString("base64")}`,
  );
}
