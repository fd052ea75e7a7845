import { create } from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { Credentials, RpcError, Server, Status } from "@redoubt/rpc";
import { load } from "@redoubt/rpc/idl";
import { addChannelz, addHealth, addReflection } from "@redoubt/rpc/services";
import { REPOSITORY } from "./command.js";

/** `google.rpc.ErrorInfo { reason: "LAB" }` */
const ERROR_INFO = Uint8Array.of(0x0a, 3, ...Buffer.from("LAB"));

/** lab.v1.Lab as a server of ours, with the standard services. Gives its target. */
export async function startLab(): Promise<{ readonly target: string; readonly server: Server }> {
  const server = new Server();
  server.add(load(`${REPOSITORY}interop/command-line/lab.proto`).getService("lab.v1.Lab")!, {
    echo: (sample) => sample,
    async *count({ value }) {
      for (let i = 1; i <= Number(value); i++) yield { value: i };
    },
    async sum(numbers) {
      let value = 0;
      for await (const number of numbers) value += Number(number.value);
      return { value };
    },
    async *chat(samples) {
      for await (const { name } of samples) yield { name: `${name}?` };
    },
    fail: () => {
      const info = create(AnySchema, {
        typeUrl: "type.googleapis.com/google.rpc.ErrorInfo",
        value: ERROR_INFO,
      });
      throw new RpcError(Status.NOT_FOUND, "no such thing", { details: [info] });
    },
  });
  addHealth(server).set("lab.v1.Lab", "NOT_SERVING");
  addReflection(server);
  addChannelz(server);
  return { target: await server.listen("127.0.0.1:0", Credentials.insecure()), server };
}
