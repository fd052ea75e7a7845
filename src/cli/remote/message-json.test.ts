import { create, toBinary } from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import type { Interface } from "./interface.js";
import { labRegistry } from "./lab.test.util.js";
import { MessageJson } from "./message-json.js";

const registry = labRegistry();
const SampleSchema = registry.getMessage("lab.v1.Sample")!;

const asked: string[] = [];
const known: Interface = {
  serviceNames: async () => [],
  registryWith: async (name) => {
    asked.push(name);
    return registry.get(name) && registry;
  },
};

function any(typeUrl: string, value: Uint8Array): Any {
  return create(AnySchema, { typeUrl, value });
}

describe("a message as JSON", () => {
  const unheard = any("type.example/unheard.Of", Uint8Array.of(8, 1));
  const inSample = (inner: Any) => toBinary(SampleSchema, create(SampleSchema, { name: "in", any: inner }));

  it.each<[what: string, any: Any, json: unknown]>([
    ["nothing", any("", new Uint8Array()), {}],
    [
      "a type that is looked up",
      any("x/lab.v1.Sample.Part", Uint8Array.of()),
      { "@type": "x/lab.v1.Sample.Part" },
    ],
    ["a type that nobody knows", unheard, { "@type": "type.example/unheard.Of", value: "CAE=" }],
    [
      "the same, inside",
      any("x/lab.v1.Sample", inSample(unheard)),
      { "@type": "x/lab.v1.Sample", name: "in", any: { "@type": "type.example/unheard.Of", value: "CAE=" } },
    ],
    [
      "a well-known type",
      any("x/google.protobuf.Duration", Uint8Array.of(8, 3)),
      { "@type": "x/google.protobuf.Duration", value: "3s" },
    ],
  ])("with an Any of %s", async (_, any, json) => {
    const message = create(SampleSchema, { any, parts: [{}], byName: { a: {} } });
    const written = await new MessageJson(known).write(SampleSchema, message);
    expect(written).toEqual({ any: json, parts: [{}], byName: { a: {} } });
  });

  it.each<[what: string, any: Any]>([
    ["content that is malformed", any("x/lab.v1.Sample", Uint8Array.of(0xff))],
    ["a type without a name", any("x/", new Uint8Array())],
    [
      "a time that is none",
      any("x/google.protobuf.Timestamp", Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff, 0x0f)),
    ],
  ])("is refused for an Any of %s, which is no bug of ours", async (_, any) => {
    const write = new MessageJson(known).write(AnySchema, any);
    await expect(write).rejects.toMatchObject({ name: "CommandError", exitCode: 1 });
  });

  it("asks for each type once", async () => {
    const json = new MessageJson(known);
    asked.length = 0;
    for (let i = 0; i < 3; i++) {
      await json.write(SampleSchema, create(SampleSchema, { any: any("x/unheard.Of", new Uint8Array()) }));
      await json.read(SampleSchema, { any: { "@type": "x/lab.v1.CountReply", number: 1 } });
    }
    expect(asked).toEqual(["lab.v1.Sample", "unheard.Of"]);
  });
});
