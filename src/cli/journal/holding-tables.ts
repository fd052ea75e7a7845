import type { Holdings } from "./holdings.js";

/** Of what a journal holds; the first row is the head. */
export interface HoldingTable {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
  /** The columns of numbers. */
  readonly right: readonly number[];
}

/** Whose journal it is, in words. */
export function ownerText(holdings: Holdings): string {
  switch (holdings.owner) {
    case "home":
      return "a home";
    case "durable client": {
      const { session } = holdings;
      return session === undefined
        ? "a durable client's, which has no session with a home"
        : `a durable client's of the home ${session.home}`;
    }
    case "program":
      return "a program's own, neither a home's nor a durable client's; or of a newer version";
    case "nobody yet":
      return "nothing is recorded in it";
  }
}

export function holdingTables(holdings: Holdings): HoldingTable[] {
  if (holdings.owner === "home")
    return [
      {
        title: "open calls",
        rows: [
          ["session", "call", "method", "key", "principal", "request bytes", "noted"],
          ...holdings.openCalls.map((call) => [
            `${call.session}`,
            `${call.sequence}`,
            call.method,
            call.conflictKey,
            call.principal,
            `${call.requestBytes}`,
            call.isNoted ? "yes" : "no",
          ]),
        ],
        right: [0, 1, 5],
      },
      {
        title: "sessions",
        rows: [
          ["number", "principal", "incarnation", "floor", "answers", "open calls", ""],
          ...holdings.sessions.map((session) => [
            `${session.session}`,
            session.principal,
            `${session.incarnation}`,
            `${session.floor}`,
            `${session.answers}`,
            `${session.openCalls}`,
            session.isEnded ? "ended" : "",
          ]),
        ],
        right: [0, 2, 3, 4, 5],
      },
    ];
  if (holdings.owner === "durable client")
    return [
      {
        title: "unfinished calls",
        rows: [
          ["call", "method", "key", "request bytes", "id"],
          ...holdings.unfinishedCalls.map(({ sequence, method, key, requestBytes, callId }) => [
            `${sequence}`,
            method,
            key ?? "",
            `${requestBytes}`,
            callId ?? "",
          ]),
        ],
        right: [0, 3],
      },
      {
        title: "keys with answers",
        rows: [
          ["key", "method", "answer", "outcome", "id"],
          ...holdings.keys.map(({ key, method, code, outcome, callId }) => [
            key,
            method,
            code,
            outcome,
            callId,
          ]),
        ],
        right: [],
      },
    ];
  return [];
}
