import { test } from "vitest";
import { goOnWithRoom, keepPromises, PROMISES, reopenWithoutRoom } from "./crash-full-disk.test.util.js";

test.each(PROMISES.map((sizes) => ({ sizes })))("keeps the room it has promised: $sizes", ({ sizes }) =>
  keepPromises(sizes),
);

test("refuses, and goes on once there is room", goOnWithRoom);

test("can be opened and closed again and again", reopenWithoutRoom);
