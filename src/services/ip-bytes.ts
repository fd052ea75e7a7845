/** An IP address as 4 or 16 bytes, without its zone; undefined for anything else. */
export function ipBytes(host: string): Uint8Array | undefined {
  const groups = host.includes(":") ? ipv6Groups(host.replace(/%.*$/, "")) : undefined;
  if (groups !== undefined) return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
  const bytes = ipv4Bytes(host);
  return bytes === undefined ? undefined : Uint8Array.from(bytes);
}

function ipv4Bytes(text: string): number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.map(Number);
}

/** RFC 4291 §2.2: eight groups, `::` for as many zeros as are missing, the last two perhaps as an IPv4 address. */
function ipv6Groups(text: string): number[] | undefined {
  const [head, tail, more] = text.split("::");
  const left = parseGroups(head ?? "");
  const right = tail === undefined ? [] : parseGroups(tail);
  if (left === undefined || right === undefined || more !== undefined) return undefined;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...left, ...new Array<number>(missing).fill(0), ...right];
}

function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    const bytes = at === parts.length - 1 ? ipv4Bytes(part) : undefined;
    if (bytes !== undefined) groups.push((bytes[0] << 8) | bytes[1], (bytes[2] << 8) | bytes[3]);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
