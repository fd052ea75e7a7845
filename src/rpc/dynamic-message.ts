import type { Message } from "@bufbuild/protobuf";

/**
 * A message of a type that is known at run time only, as with services of a `.proto` file that was loaded: what its
 * fields hold is to be looked at before use.
 */
export type DynamicMessage = Message & Readonly<Record<string, unknown>>;
