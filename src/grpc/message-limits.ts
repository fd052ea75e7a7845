/** The most bytes that a received message may have where nothing else is said: gRPC's customary limit. */
export const RECEIVE_MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

/** The most bytes that a message can have: what the 32-bit length field can say. */
export const SEND_MESSAGE_BYTES_MAX = 2 ** 32 - 1;
