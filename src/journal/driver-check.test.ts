import { test } from "vitest";
import { expectSafeDriver } from "./driver-check.test.util.js";

test.skipIf(process.platform === "win32")(
  "on the real disk nothing is relied on before it is synced, and one program has the journal",
  expectSafeDriver,
);
