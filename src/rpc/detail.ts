import { create, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { type Any, anyPack } from "@bufbuild/protobuf/wkt";

/**
 * A typed detail for an `RpcError`: `detail(BadRequestSchema, { fieldViolations: [{ field: "path" }] })`. Any message
 * type will do; `@redoubt/rpc/errors` has the usual ones. {@link RpcError.findDetails} reads it at the other end.
 * @throws where the message has values that its type does not allow
 */
export function detail<Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): Any {
  return anyPack(schema, create(schema, message));
}
