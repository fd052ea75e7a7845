import { expect, it } from "vitest";
import { Status } from "../rpc/status.js";
import { MessageReader } from "./message-reader.js";
import { REASSEMBLY_BYTES_MAX, ReassemblyBudget } from "./reassembly-budget.js";

it("ends the message that would take a connection beyond its bound, and no other; what ends is given back", () => {
  const budget = new ReassemblyBudget();
  expect(budget.take(REASSEMBLY_BYTES_MAX - 10)).toBe(true);
  const faults: string[] = [];
  const sink = {
    onMessageBytes: () => {},
    onMessageFault: (code: Status, detail: string) => faults.push(`${code} ${detail}`),
  };
  const first = new MessageReader(sink, 1000, budget);
  const second = new MessageReader(sink, 1000, budget);
  const beginning = new Uint8Array([0, 0, 0, 1, 0, 1, 2, 3]);
  expect(first.receive(beginning, 0, 8)).toBe(8);
  second.receive(beginning, 0, 8);
  expect(faults).toEqual([
    `${Status.RESOURCE_EXHAUSTED} the connection holds too many messages that are not complete`,
  ]);
  first.stop();
  expect(budget.take(10)).toBe(true);
  expect(budget.take(1)).toBe(false);
});
