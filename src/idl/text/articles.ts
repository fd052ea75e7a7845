/** `a message`, `an enum`, `` an `int32` ``: as it is spoken, so `a oneof` and `an rpc`. */
export function withArticle(noun: string): string {
  return /^`?([aei]|o(?!ne)|rpc|sfixed)/.test(noun) ? `an ${noun}` : `a ${noun}`;
}

/** A scalar type: `` a `string` ``, but without article `` `bytes` ``. */
export function scalarText(name: string): string {
  return name === "bytes" ? "`bytes`" : withArticle(`\`${name}\``);
}

/** `a, b and c` */
export function inWords(items: readonly string[]): string {
  const last = items.at(-1) ?? "";
  return items.length > 1 ? `${items.slice(0, -1).join(", ")} and ${last}` : last;
}
