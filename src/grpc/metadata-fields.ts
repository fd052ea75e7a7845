import { decodeBase64, encodeBase64 } from "../bytes/base64.js";
import { isReserved, Metadata, type MetadataValue } from "../rpc/metadata.js";

/**
 * Appends metadata to a field list `[name, value, …]`; bytes become base64. What a handler passes on of the
 * metadata it was sent loses the fields that are not the caller's, such as user-agent.
 */
export function appendMetadata(fields: string[], metadata: Metadata): void {
  const { entries } = metadata;
  for (let i = 0; i < entries.length; i += 2) {
    const name = entries[i] as string;
    const value = entries[i + 1];
    if (!isReserved(name)) fields.push(name, typeof value === "string" ? value : encodeBase64(value));
  }
}

/**
 * The custom metadata among received fields. Pseudo-header fields and gRPC's own are left out; `-bin` values are
 * decoded, several in one field separated by commas; those that are no base64 are dropped.
 */
export function metadataFromFields(fields: readonly string[]): Metadata {
  return Metadata.received(() => customEntries(fields));
}

function customEntries(fields: readonly string[]): MetadataValue[] {
  const flat: MetadataValue[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i];
    if (isProtocolField(name)) continue;
    if (!name.endsWith("-bin")) {
      flat.push(name, fields[i + 1]);
      continue;
    }
    for (const part of fields[i + 1].split(",")) {
      const bytes = decodeBase64(part.trim());
      if (bytes !== undefined) flat.push(name, bytes);
    }
  }
  return flat;
}

function isProtocolField(name: string): boolean {
  return name.startsWith(":") || name.startsWith("grpc-") || OWN_FIELDS.has(name);
}

const OWN_FIELDS = new Set(["te", "content-type", "redoubt-outcome"]);
