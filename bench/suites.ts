import { codecSuite } from "./codec/suite.js";
import { durableSuite } from "./durable/suite.js";
import { rpcSuite } from "./rpc/suite.js";
import type { Suite } from "./suite.js";

/** Every suite there is. A new one is a {@link Suite} in a folder of its own and a line here. */
export const suites: readonly Suite[] = [rpcSuite, codecSuite, durableSuite];
