import { create, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { Channel } from "../../delivery/channel.js";
import { Server } from "../../server/server.js";
import { ServerReflection } from "../../services/gen/grpc/reflection/v1/reflection_pb.js";
import { labRegistry } from "./lab.test.util.js";
import { ReflectedInterface } from "./reflected-interface.js";

/** What a server tells that knows these files, or bytes, by their names and by `symbol`. */
function told(symbol: string, files: Readonly<Record<string, FileDescriptorProto | Uint8Array>>) {
  const server = new Server();
  const asked: string[] = [];
  server.add(ServerReflection, {
    async *serverReflectionInfo(requests) {
      for await (const { messageRequest } of requests) {
        const name = String(messageRequest.value);
        asked.push(name);
        const file = name === symbol ? Object.values(files)[0] : files[name];
        const bytes = file instanceof Uint8Array ? file : file && toBinary(FileDescriptorProtoSchema, file);
        yield bytes === undefined
          ? { messageResponse: { case: "errorResponse", value: { errorCode: 5, errorMessage: "not here" } } }
          : {
              messageResponse: {
                case: "fileDescriptorResponse",
                value: { fileDescriptorProto: [bytes] },
              },
            };
      }
    },
  });
  return { known: new ReflectedInterface(new Channel(server), { timeoutMs: 10_000 }), asked };
}

const labFile = labRegistry().getFile("lab.proto")!.proto;

describe("an interface that a server tells", () => {
  it("may lack the files that everybody has", async () => {
    const { known, asked } = told("lab.v1.Lab", { "lab.proto": labFile });
    const registry = await known.registryWith("lab.v1.Lab");
    expect(registry?.getMessage("lab.v1.Sample")?.field.any.message?.typeName).toBe("google.protobuf.Any");
    expect(asked).toContain("google/protobuf/any.proto");
    // It is in a file that is known by now.
    asked.length = 0;
    expect(await known.registryWith("lab.v1.Sample")).toBe(registry);
    expect(await known.registryWith("lab.v1.Nope")).toBeUndefined();
    expect(await known.registryWith("lab.v1.Nope")).toBeUndefined();
    expect(asked).toEqual(["lab.v1.Nope"]);
  });

  const needy = create(FileDescriptorProtoSchema, { name: "a.proto", dependency: ["b.proto"] });
  const wrong = create(FileDescriptorProtoSchema, {
    name: "a.proto",
    syntax: "proto3",
    messageType: [{ name: "M", field: [{ name: "f", number: 1, type: 11, typeName: ".Nope" }] }],
  });

  it.each<[what: string, file: FileDescriptorProto | Uint8Array, message: RegExp]>([
    ["without a file that it needs", needy, /without the file `b\.proto`/],
    ["with a malformed file", Uint8Array.of(0xff), /^the server describes its interface wrongly: /],
    ["with a type that is not there", wrong, /^the server describes its interface wrongly: /],
  ])("%s is of no use", async (_, file, message) => {
    const { known } = told("M", { "a.proto": file });
    await expect(known.registryWith("M")).rejects.toThrow(message);
  });

  it("may have files that import each other, which no registry takes", async () => {
    const file = (name: string, dependency: string) =>
      create(FileDescriptorProtoSchema, { name, syntax: "proto3", dependency: [dependency] });
    const { known } = told("M", {
      "a.proto": file("a.proto", "b.proto"),
      "b.proto": file("b.proto", "a.proto"),
    });
    await expect(known.registryWith("M")).rejects.toThrow(/^the server describes its interface wrongly: /);
  });
});
