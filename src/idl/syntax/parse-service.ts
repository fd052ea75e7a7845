import { isMisplaced } from "./misplaced.js";
import { parseBody, parseEmpty } from "./parse-body.js";
import { parseOption } from "./parse-options.js";
import { isScalar } from "./parse-type.js";
import type { RpcNode, RpcTypeNode, ServiceNode } from "./syntax.js";
import type { TokenReader } from "./token-reader.js";

/** `service Search { … }` */
export function parseService(reader: TokenReader): ServiceNode | undefined {
  const first = reader.index++;
  const name = reader.takeIdentifier("the service's name");
  if (name === undefined) return undefined;
  const body = parseBody<ServiceNode["body"][number]>(reader, "after the service's name", () =>
    reader.isWord("option") ? parseOption(reader) : (parseEmpty(reader) ?? parseRpc(reader)),
  );
  return body && { kind: "service", first, last: reader.last, name, body };
}

/** `rpc Find(Query) returns (stream Page);` */
function parseRpc(reader: TokenReader): RpcNode | undefined {
  const first = reader.index;
  if (!reader.tryWord("rpc"))
    return isMisplaced(reader, "in a service") ? undefined : reader.unexpected("`rpc`, `option` or `}`");
  const name = reader.takeIdentifier("the rpc's name");
  if (name === undefined) return undefined;
  const input = parseRpcType(reader, "the request's type", "an rpc takes");
  if (input === undefined) return undefined;
  if (!reader.tryWord("returns")) return reader.unexpected("`returns` after the request's type");
  const output = parseRpcType(reader, "the response's type", "an rpc returns");
  if (output === undefined) return undefined;
  if (!reader.isSymbol("{")) {
    reader.endStatement("the rpc", "`;` or `{`");
    return { kind: "rpc", first, last: reader.last, name, input, output, body: undefined };
  }
  const body = parseBody<NonNullable<RpcNode["body"]>[number]>(reader, "after the rpc", () =>
    reader.isWord("option")
      ? parseOption(reader)
      : (parseEmpty(reader) ?? reader.unexpected("`option` or `}`")),
  );
  return body && { kind: "rpc", first, last: reader.last, name, input, output, body };
}

/** `(stream Foo)`. Messages say "expected `what`" and "`needed` a message". */
function parseRpcType(reader: TokenReader, what: string, needed: string): RpcTypeNode | undefined {
  const first = reader.index;
  if (!reader.trySymbol("(")) return reader.unexpected(`\`(\` and ${what}`);
  const stream = reader.tryWord("stream") ? reader.last : undefined;
  if (isScalar(reader, needed, wrapperHint)) return undefined;
  const isEmpty = stream === undefined && reader.isSymbol(")");
  const emptyHint = isEmpty ? "for nothing take `google.protobuf.Empty`" : undefined;
  const type = reader.takeReference(stream === undefined ? what : "the type of the stream", emptyHint);
  if (type === undefined) return undefined;
  const commaHint = reader.isSymbol(",") ? `${needed} one message: put everything into it` : undefined;
  if (!reader.takeSymbol(")", `after ${what}`, commaHint)) return undefined;
  return { kind: "rpcType", first, last: reader.last, stream, type };
}

/** The scalar types that no wrapper message has. */
const UNWRAPPED = /^s?fixed|^sint/;

function wrapperHint(type: string): string {
  if (UNWRAPPED.test(type)) return "wrap it in a message";
  const wrapper = type.replace(/^(?:ui|.)/, (start) => start.toUpperCase());
  return `wrap it in a message, or take \`google.protobuf.${wrapper}Value\``;
}
