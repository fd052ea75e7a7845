import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { MethodDescriptorProto, ServiceDescriptorProto } from "@bufbuild/protobuf/wkt";
import { nameSpan } from "../describe/spans.js";
import { DELIVERY_NUMBER, EXACTLY_ONCE_NUMBER } from "../link/redoubt-options.js";
import type { Context } from "./context.js";

/** Warns of promises that neither a server nor a client of ours will make; to protoc they are options as any others. */
export function checkPromises({ described, diagnostics }: Context, service: ServiceDescriptorProto): void {
  for (const method of service.method) {
    const isStreaming = method.clientStreaming || method.serverStreaming;
    if (!isStreaming || !promisesExactlyOnce(method)) continue;
    diagnostics.warn(
      described.source,
      nameSpan(described, method),
      `\`${method.name}\` is streaming and promises EXACTLY_ONCE, which only unary methods can: servers and clients will refuse it`,
      "leave out `stream`, or the promise: a unary method may begin what a streaming one shows",
    );
  }
}

function promisesExactlyOnce({ options }: MethodDescriptorProto): boolean {
  const written = options?.$unknown?.findLast(
    ({ no, wireType }) => no === DELIVERY_NUMBER && wireType === WireType.Varint,
  );
  return written !== undefined && new BinaryReader(written.data).int32() === EXACTLY_ONCE_NUMBER;
}
