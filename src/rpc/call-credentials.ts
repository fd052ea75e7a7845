import { type CallEnd, localEnd } from "./call-end.js";
import { RpcError } from "./error.js";
import { Metadata, type MetadataInit } from "./metadata.js";
import type { Method } from "./method.js";
import { Status, statusName } from "./status.js";

/**
 * Gives the metadata that proves who makes a call, such as `{ authorization: "Bearer …" }`. Asked for each call, when
 * there is a connection for it, and again where that has gone before the call was made. What it throws ends the call: an
 * RpcError with its status, anything else with UNAUTHENTICATED.
 */
export type CallCredentials = (call: CallToProve) => MetadataInit | Promise<MetadataInit>;

/** What {@link CallCredentials} know of the call. */
export interface CallToProve {
  /** `https://host/package.Service`, the audience of tokens (gRPC's service_url). */
  readonly serviceUrl: string;
  readonly method: Method;
}

/** The audience for a method at an authority: without the port that https has anyway. */
export function serviceUrlOf(method: Method, authority: string): string {
  return `https://${authority.replace(/:443$/, "")}${method.path.slice(0, method.path.lastIndexOf("/"))}`;
}

/** Asks all of them at once. @returns their metadata behind `base`, or how the call ends */
export async function proveCall(
  credentials: readonly CallCredentials[],
  call: CallToProve,
  base: Metadata | undefined,
): Promise<Metadata | CallEnd> {
  try {
    const parts = await Promise.all(credentials.map(async (one) => new Metadata(await one(call))));
    const metadata = new Metadata(base);
    for (const part of parts) for (const [name, value] of part) metadata.append(name, value);
    return metadata;
  } catch (error) {
    return endOf(error);
  }
}

function endOf(error: unknown): CallEnd {
  const text = error instanceof Error ? error.message : String(error);
  if (!RpcError.is(error))
    return localEnd(Status.UNAUTHENTICATED, `the call credentials failed: ${text}`, "not-executed", error);
  if (!FOR_HANDLERS_ONLY.has(error.code))
    return localEnd(error.code, `the call credentials failed: ${text}`, "not-executed", error);
  const detail = `the call credentials failed with a status that only servers may give: ${statusName(error.code)}: ${text}`;
  return localEnd(Status.INTERNAL, detail, "not-executed", error);
}

/** gRFC A54: their meaning is the called method's; of a token server they would be taken for its answer. */
const FOR_HANDLERS_ONLY: ReadonlySet<Status> = new Set<Status>([
  Status.OK,
  Status.INVALID_ARGUMENT,
  Status.NOT_FOUND,
  Status.ALREADY_EXISTS,
  Status.FAILED_PRECONDITION,
  Status.ABORTED,
  Status.OUT_OF_RANGE,
  Status.DATA_LOSS,
]);

/** Without TLS, everybody on the way could read and use them (gRPC's statuscodes document: UNAUTHENTICATED). */
export const NOT_PRIVATE: CallEnd = localEnd(
  Status.UNAUTHENTICATED,
  "the channel is not secured, so its call credentials would be sent for all to read: use Credentials.tls(), or say allowInsecureCallCredentials: true",
  "not-executed",
);
