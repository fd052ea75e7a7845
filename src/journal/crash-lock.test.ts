import { test } from "vitest";
import { expectOneWriter } from "./crash-lock.test.util.js";

test("one program at a time has a journal open", expectOneWriter);
