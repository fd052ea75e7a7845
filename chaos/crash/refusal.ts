/** What a handler says that was asked to refuse. */
export const REFUSAL = "as it was asked for";
