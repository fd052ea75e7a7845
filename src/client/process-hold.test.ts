import { expect, it } from "vitest";
import { ProcessHold } from "./process-hold.js";

it("holds the process once, while anybody waits", () => {
  let held = 0;
  const hold = new ProcessHold({
    keepAlive: () => {
      held++;
      return { cancel: () => held-- };
    },
  });
  const after = [1, 2, -1, -2, 1, -1].map((count) => {
    hold.change(count);
    return held;
  });
  expect(after).toEqual([1, 1, 1, 0, 1, 0]);
});
