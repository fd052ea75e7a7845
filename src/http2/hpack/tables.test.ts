import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DynamicTable } from "./dynamic-table.js";
import { fieldBytes } from "./field-bytes.js";
import { ringCapacity } from "./internals.test.util.js";
import { NOT_FOUND, SearchableTable } from "./searchable-table.js";
import { STATIC_COUNT, staticName, staticValue } from "./static-table.js";

describe("static table", () => {
  it("has the 61 entries of RFC 7541 Appendix A", () => {
    expect(STATIC_COUNT).toBe(61);
    expect([staticName(1), staticValue(1)]).toEqual([":authority", ""]);
    expect([staticName(16), staticValue(16)]).toEqual(["accept-encoding", "gzip, deflate"]);
    expect([staticName(61), staticValue(61)]).toEqual(["www-authenticate", ""]);
  });

  it("is found entry by entry", () => {
    const table = new SearchableTable(0);
    for (let index = 1; index <= STATIC_COUNT; index++) {
      expect(table.find(staticName(index), staticValue(index))).toBe(index);
    }
    expect(table.find(":status", "201")).toBe(-8);
    expect(table.find("x-unknown", "")).toBe(NOT_FOUND);
  });
});

/** The table as RFC 7541 §2.3.2 and §4 describe it, without care for speed. */
class Model {
  /** The newest first. */
  entries: { name: string; value: string }[] = [];
  bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  bytes(): number {
    return this.entries.reduce((sum, { name, value }) => sum + fieldBytes(name, value), 0);
  }

  insert(name: string, value: string): void {
    while (this.entries.length > 0 && this.bytes() + fieldBytes(name, value) > this.bytesMax)
      this.entries.pop();
    if (fieldBytes(name, value) <= this.bytesMax) this.entries.unshift({ name, value });
  }

  resize(bytesMax: number): void {
    this.bytesMax = bytesMax;
    while (this.bytes() > bytesMax) this.entries.pop();
  }
}

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      name: fc.constantFrom("a", "b", "cookie", "some-long-name", "n".repeat(300)),
      value: fc.oneof(fc.constantFrom("", "1", "2"), fc.string({ maxLength: 40 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ bytesMax: fc.integer({ min: 0, max: 1000 }) }) },
);

describe("dynamic table", () => {
  it("does as RFC 7541 §4 says, and finds what it holds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.array(step, { maxLength: 60 }), (bytesMax, steps) => {
        const table = new SearchableTable(bytesMax);
        const model = new Model(bytesMax);
        for (const next of steps) {
          const before = model.entries.slice();
          const { revision } = table;
          if ("bytesMax" in next) {
            table.resize(next.bytesMax);
            model.resize(next.bytesMax);
          } else {
            table.insert(next.name, next.value);
            model.insert(next.name, next.value);
          }
          checkSame(table, model);
          if (JSON.stringify(before) !== JSON.stringify(model.entries))
            expect(table.revision).not.toBe(revision);
        }
      }),
    );
  });

  it("is emptied by an entry larger than itself, which is no error (RFC 7541 §4.4)", () => {
    const table = new DynamicTable(100);
    table.insert("a", "b");
    expect(table.insert("a", "b".repeat(68))).toBe(false);
    expect(table.count).toBe(0);
    expect(table.insert("a", "b".repeat(67))).toBe(true);
    expect(table.bytes).toBe(100);
  });

  it("holds no more entries than its size allows, however small they are", () => {
    const table = new DynamicTable(4096);
    for (let i = 0; i < 1000; i++) table.insert("", "");
    expect(table.count).toBe(128);
    expect(ringCapacity(table)).toBe(128);
  });

  it("counts no revision for a maximum that it has already", () => {
    const table = new DynamicTable(4096);
    table.resize(4096);
    expect(table.revision).toBe(0);
  });
});

function checkSame(table: SearchableTable, model: Model): void {
  expect(table.bytes).toBe(model.bytes());
  expect(table.count).toBe(model.entries.length);
  model.entries.forEach(({ name, value }, i) => {
    expect([table.nameAt(i + 1), table.valueAt(i + 1)]).toEqual([name, value]);
    const newest = model.entries.findIndex((entry) => entry.name === name && entry.value === value);
    const fixed = staticIndexOf(name, value);
    expect(table.find(name, value)).toBe(fixed ?? STATIC_COUNT + 1 + newest);
    const fixedName = staticIndexOf(name);
    const newestName = model.entries.findIndex((entry) => entry.name === name);
    expect(table.find(name, "no such value")).toBe(-(fixedName ?? STATIC_COUNT + 1 + newestName));
  });
}

function staticIndexOf(name: string, value?: string): number | undefined {
  for (let index = 1; index <= STATIC_COUNT; index++) {
    if (staticName(index) === name && (value === undefined || staticValue(index) === value)) return index;
  }
  return undefined;
}
