import type { Marshaller } from "../../codec/marshaller.js";
import type { Method } from "../../rpc/method.js";

/** A unary method whose messages are bytes, encoded once for all attempts. `path`: `/package.Service/Method` */
export function rawMethod(path: string): Method<Uint8Array, Uint8Array> {
  const [, service = "", name = ""] = path.split("/");
  return { path, service, name, kind: "unary", request: RAW, response: RAW, promise: "exactly-once" };
}

const RAW: Marshaller<Uint8Array> = {
  encode: (bytes, output) => output.append(bytes),
  decode: (bytes, start, end) => bytes.slice(start, end),
};
