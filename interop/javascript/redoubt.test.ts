import { testPairing } from "./cases.js";
import { redoubt } from "./redoubt.js";

// The cases themselves, where both ends are known.
testPairing(redoubt, redoubt);
