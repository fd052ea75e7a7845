/** Request metadata that makes a call an exactly-once one: who calls, and the call's number. */
export const CALL_FIELD = "redoubt-call";

/** Trailer: this answer is recorded, and is the answer of that call for ever. */
export const RECORDED_FIELD = "redoubt-recorded";

/** Trailer: why a call was refused before its handler. */
export const REFUSAL_FIELD = "redoubt-refusal";
