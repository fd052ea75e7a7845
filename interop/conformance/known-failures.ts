/**
 * Tests of the conformance suite that fail, each with the reason. Only what fails with protobuf-es too may be here. The
 * list only shrinks.
 */
export const KNOWN_FAILURES: ReadonlyMap<string, string> = new Map();
