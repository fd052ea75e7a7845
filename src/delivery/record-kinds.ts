/** The first byte of each kind of a home's records. They are there for good: a new kind gets a new number. */
export const RECORD_KINDS = {
  time: 1,
  method: 2,
  opened: 3,
  touched: 4,
  ended: 5,
  intent: 6,
  noted: 7,
  done: 8,
  executed: 9,
  refused: 10,
  changed: 11,
  home: 32,
  session: 33,
  "open-call": 34,
  "answered-call": 35,
  "refused-call": 36,
  store: 37,
} as const;

/** The same of a durable client's records. None is one of a home's, so that their journals can be told apart. */
export const CLIENT_RECORD_KINDS = {
  opening: 64,
  opened: 65,
  reserved: 66,
  call: 67,
  answered: 68,
  kept: 69,
  forgotten: 70,
  over: 71,
} as const;
