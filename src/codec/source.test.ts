import { expect, it } from "vitest";
import { property, quoted, Source } from "./source.js";

it.each([
  '"',
  "'",
  "\\",
  '"];globalThis.x=1;//',
  "\n",
  "\r",
  "\u2028",
  "\u2029",
  "*/",
  "$" + "{1}",
  "`",
  "</script>",
  "\0",
  "\ud800",
])("a name in the text stays a name: %j", (name) => {
  const source = new Source();
  source.line(`return (o) => [${quoted(name)}, ${property("o", name)}];`);
  const read = source.compile() as (o: object) => unknown[];
  expect(read({ [name]: 5 })).toEqual([name, 5]);
});

it("gives each value that exists outside one name", () => {
  const source = new Source();
  const value = { a: 1 };
  expect(source.constant(value)).toBe(source.constant(value));
  expect(source.constant(0)).not.toBe(source.constant(undefined));
  source.line(`return [${source.constant(value)}, ${source.constant(0)}, ${source.constant(undefined)}];`);
  expect(source.compile()).toEqual([value, 0, undefined]);
});

it("takes more values than a function takes parameters", () => {
  const source = new Source();
  const names = Array.from({ length: 70_000 }, (_, i) => source.constant(i));
  source.line(`return ${names[69_999]};`);
  expect(source.compile()).toBe(69_999);
});
