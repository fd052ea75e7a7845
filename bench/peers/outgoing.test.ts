import { expect, test } from "vitest";
import { Outgoing } from "./outgoing.js";

test("gives messages in order, whether they come before or after they are asked for, and ends", async () => {
  const outgoing = new Outgoing<number>();
  const iterator = outgoing[Symbol.asyncIterator]();
  outgoing.send(1);
  expect(await iterator.next()).toEqual({ done: false, value: 1 });
  const second = iterator.next();
  outgoing.send(2);
  expect(await second).toEqual({ done: false, value: 2 });
  const last = iterator.next();
  outgoing.end();
  expect(await last).toEqual({ done: true, value: undefined });
});
