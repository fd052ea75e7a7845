/** Cases of h2spec, which tests RFC 7540, that fail on purpose, each with the reason. The list only shrinks. */
export const KNOWN_FAILURES: ReadonlyMap<string, string> = new Map([
  [
    "http2/5.3.1: Sends HEADERS frame that depend on itself",
    "RFC 9113 §5.3.2 drops the priority scheme of RFC 7540: stream dependencies are not looked at",
  ],
  [
    "http2/5.3.1: Sends PRIORITY frame that depend on itself",
    "RFC 9113 §5.3.2 drops the priority scheme of RFC 7540: stream dependencies are not looked at",
  ],
]);
