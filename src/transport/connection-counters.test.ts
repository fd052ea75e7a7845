import { expect, test } from "vitest";
import { ConnectionCounters } from "./connection-counters.js";

test("times are those of the last piece or write that had something to count", () => {
  const counters = new ConnectionCounters();
  counters.arrived(1);
  expect(counters.hasNews).toBe(false);
  expect(counters).toMatchObject({
    lastStreamMs: undefined,
    lastMessageSentMs: undefined,
    lastMessageReceivedMs: undefined,
  });
  counters.streamsStarted++;
  counters.messagesReceived++;
  counters.arrived(2);
  counters.arrived(3);
  expect(counters).toMatchObject({ lastStreamMs: 2, lastMessageReceivedMs: 2 });
  counters.messagesSent += 2;
  expect(counters.hasNews).toBe(true);
  counters.left(4);
  expect(counters.hasNews).toBe(false);
  counters.left(5);
  expect(counters).toMatchObject({ lastStreamMs: 2, lastMessageSentMs: 4, lastMessageReceivedMs: 2 });
  counters.streamsStarted++;
  counters.left(6);
  expect(counters).toMatchObject({ lastStreamMs: 6, lastMessageSentMs: 4 });
});
