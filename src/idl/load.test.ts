import type { DescService, FileRegistry } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../cli/world.test.util.js";
import { stub } from "../client/stub.js";
import { Channel } from "../delivery/channel.js";
import { Server } from "../server/server.js";
import { InterfaceError, load, loadInterface } from "./load.js";

const GREETER = `syntax = "proto3";
package hello;
import "redoubt/options.proto";
import "mood.proto";

service Greeter {
  rpc SayHello(HelloRequest) returns (HelloReply) { option (redoubt.delivery) = AT_LEAST_ONCE; }
  rpc Repeat(HelloRequest) returns (stream HelloReply);
  rpc Collect(stream HelloRequest) returns (HelloReply);
  rpc Talk(stream HelloRequest) returns (stream HelloReply);
}
message HelloRequest { string name = 1; Mood mood = 2; }
message HelloReply { string greeting = 1; }
`;
const MOOD = 'syntax = "proto3"; package hello; enum Mood { FINE = 0; GREAT = 1; }';
const FILES: Readonly<Record<string, string>> = { "greeter.proto": GREETER, "mood.proto": MOOD };

function greeterOf(registry: FileRegistry): DescService {
  return registry.getService("hello.Greeter")!;
}

describe("a service of .proto text", () => {
  const service = greeterOf(loadInterface(["greeter.proto"], { read: (name) => FILES[name] }));
  const server = new Server();
  server.add(service, {
    sayHello: ({ name, mood }) => ({ greeting: `Hello, ${name}${mood === 1 ? "!" : ""}` }),
    async *repeat({ name }) {
      for (const greeting of ["Hi", "Ho"]) yield { greeting: `${greeting}, ${name}` };
    },
    async collect(requests) {
      const names: unknown[] = [];
      for await (const { name } of requests) names.push(name);
      return { greeting: names.join(" and ") };
    },
    async *talk(requests) {
      for await (const { name } of requests) yield { greeting: `So, ${name}?` };
    },
  });
  const greeter = stub(service, new Channel(server));

  it("answers unary calls", async () => {
    const { greeting } = await greeter.sayHello({ name: "Ann", mood: 1 }, { timeoutMs: 5_000 });
    expect(greeting).toBe("Hello, Ann!");
  });

  it("answers with streams", async () => {
    const greetings: unknown[] = [];
    for await (const { greeting } of greeter.repeat({ name: "Ann" })) greetings.push(greeting);
    expect(greetings).toEqual(["Hi, Ann", "Ho, Ann"]);
  });

  it("takes streams, from an iterable or by hand", async () => {
    expect(await greeter.collect([{ name: "Ann" }, { name: "Bob" }])).toMatchObject({
      greeting: "Ann and Bob",
    });
    const call = greeter.collect();
    await call.send({ name: "Cid" });
    call.end();
    expect(await call.reply).toMatchObject({ greeting: "Cid" });
  });

  it("talks", async () => {
    const call = greeter.talk();
    await call.send({ name: "Ann" });
    expect(await call.next()).toMatchObject({ done: false, value: { greeting: "So, Ann?" } });
    call.end();
    expect(await call.next()).toMatchObject({ done: true });
  });
});

describe("loadInterface", () => {
  it("throws all that is wrong", () => {
    const read = () => 'syntax = "proto3";\nmessage A { B b = 1; C c = 2; }';
    const load = () => loadInterface(["a.proto"], { read });
    expect(load).toThrow(InterfaceError);
    expect(load).toThrow(
      "the interface has 2 errors in 1 file\n" +
        "a.proto:2:13: `B` is not defined\n  message A { B b = 1; C c = 2; }\n              ^\n" +
        "a.proto:2:22: `C` is not defined\n  message A { B b = 1; C c = 2; }\n                       ^",
    );
  });
});

describe("load", () => {
  it("reads files from the disk, imports from beside them", () => {
    const folder = temporaryFolder(FILES);
    const registry = load(`${folder}/greeter.proto`);
    expect(greeterOf(registry).methods).toHaveLength(4);
    expect(registry.getFile("mood.proto")).toBeDefined();
  });

  it("reads imports from include directories", () => {
    const folder = temporaryFolder({ "api/v1/greeter.proto": GREETER, "lib/mood.proto": MOOD });
    const registry = load([`${folder}/api/v1/greeter.proto`], {
      include: [`${folder}/api`, `${folder}/lib`],
    });
    expect(registry.getFile("v1/greeter.proto")).toBeDefined();
  });

  it.each([
    ["a file that is not there", "ld/nope.proto", undefined, "/ld/nope.proto: no such file or directory"],
    [
      "a file in none of the include directories",
      "greeter.proto",
      ["lib"],
      "it is in none of the include directories",
    ],
    ["an import that is missing", "greeter.proto", undefined, "there is no file `mood.proto`"],
  ])("throws for %s", (_, name, include, message) => {
    const folder = temporaryFolder({ "greeter.proto": GREETER, "lib/x.proto": "" });
    const options = { include: include?.map((each) => `${folder}/${each}`) };
    expect(() => load(`${folder}/${name}`, options)).toThrow(message);
    expect(() => load(`${folder}/${name}`, options)).toThrow(InterfaceError);
  });
});
