// biome-ignore-all lint/complexity/useLiteralKeys: TypeScript lets only this form reach private members
import type { BlockCache } from "./block-cache.js";
import type { HpackDecoder } from "./decoder.js";
import type { DynamicTable } from "./dynamic-table.js";
import { type HeaderTemplate, HpackEncoder } from "./encoder.js";

/* What tests of bounds and of equal state need to see, and nothing else may. */

export function tableOf(coder: HpackEncoder | HpackDecoder): DynamicTable {
  return coder instanceof HpackEncoder ? coder["table"] : coder["table"];
}

export function ringCapacity(table: DynamicTable): number {
  return table["names"].length;
}

export function isRemembered(encoder: HpackEncoder, template: HeaderTemplate): boolean {
  return encoder["encodedTemplates"].has(template);
}

export function rememberedTemplateCount(encoder: HpackEncoder): number {
  return encoder["encodedTemplates"].size;
}

export function recentNameCount(encoder: HpackEncoder): number {
  return encoder["recent"]["values"].size;
}

export function cachePlaceCount(cache: BlockCache): number {
  return cache["places"].length;
}

export function switchCacheOff(decoder: HpackDecoder): void {
  decoder["cache"].find = () => undefined;
}
