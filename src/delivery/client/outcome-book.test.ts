import { expect, test } from "vitest";
import { OutcomeBook } from "./outcome-book.js";

test("a book of outcomes forgets the oldest beyond 1,024", () => {
  const book = new OutcomeBook();
  for (let i = 0; i < 1026; i++) book.put(`id ${i}`, { outcome: "not-executed" });
  expect([0, 1, 2, 1025].map((i) => book.get(`id ${i}`) !== undefined)).toEqual([false, false, true, true]);
});

test("a book of outcomes forgets the oldest beyond 16 MiB", () => {
  const book = new OutcomeBook();
  const response = new Uint8Array(6 * 1024 * 1024);
  for (const id of ["a", "b", "c"]) book.put(id, { outcome: "executed", response });
  expect(["a", "b", "c"].map((id) => book.get(id) !== undefined)).toEqual([false, true, true]);
});

test("an outcome that is put twice counts once", () => {
  const book = new OutcomeBook();
  const response = new Uint8Array(6 * 1024 * 1024);
  for (let i = 0; i < 3; i++) book.put("a", { outcome: "executed", response });
  book.put("b", { outcome: "executed", response });
  expect(book.get("a")).toBeDefined();
});
