import {
  create,
  createFileRegistry,
  type DescService,
  fromBinary,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { afterEach, describe, expect, test } from "vitest";
import { loadInterface } from "../idl/load.js";
import { type Server, Status, stub } from "../index.js";
import {
  ServerReflection,
  type ServerReflectionRequestSchema,
} from "./gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionV1alpha } from "./gen/grpc/reflection/v1alpha/reflection_pb.js";
import { addHealth } from "./health.js";
import { closeAll, grpcJsClient, type Loose, pair } from "./pair.test.util.js";
import { addReflection } from "./reflection.js";

afterEach(closeAll);

const FILES: Readonly<Record<string, string>> = {
  "shop.proto": `
    syntax = "proto2"; package shop;
    import "goods/goods.proto"; import "google/protobuf/timestamp.proto";
    message Order {
      required string id = 1; oneof way { bool by_post = 2; bool by_hand = 3; }
      optional google.protobuf.Timestamp at = 4; map<string, goods.Thing> things = 5;
      enum State { NEW = 1; SENT = 2; }
      message Line { optional int32 count = 1; extend goods.Thing { optional Line line = 101; } }
      extensions 100 to 200;
    }
    extend Order { optional string note = 150; optional int32 rank = 120; }
    enum Size { SMALL = 0; }
    service Shop { rpc Buy(Order) returns (goods.Thing); }`,
  "goods/goods.proto": `
    syntax = "proto2"; package goods; import public "goods/base.proto";
    message Thing { optional Base base = 1; extensions 100 to max; }`,
  "goods/base.proto": 'syntax = "proto3"; package goods; message Base { string name = 1; }',
  "plain.proto": 'syntax = "proto3"; message Top { int32 a = 1; } enum Kind { NONE = 0; } service Plain {}',
  "more.proto": 'syntax = "proto2"; import "shop.proto"; extend shop.Order { optional bool gift = 101; }',
};

const registry = loadInterface(Object.keys(FILES), { read: (name) => FILES[name] });

function service(name: string): DescService {
  const found = registry.getService(name);
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

function addShop(server: Server): void {
  server.add(service("shop.Shop"), {}, { partial: true });
  server.add(service("Plain"), {});
  addReflection(server);
}

type Request = MessageInitShape<typeof ServerReflectionRequestSchema>;

/** Asks in one call; each answer as its kind and value. */
async function ask(add: (server: Server) => void, ...requests: readonly Request["messageRequest"][]) {
  const { channel } = await pair(add);
  const answers = [];
  const questions = requests.map((messageRequest) => ({ host: "h", messageRequest }));
  for await (const answer of stub(ServerReflection, channel).serverReflectionInfo(questions))
    answers.push(answer);
  expect(answers.map(({ validHost }) => validHost)).toEqual(requests.map(() => "h"));
  expect(answers.map(({ originalRequest }) => originalRequest?.messageRequest.value)).toMatchObject(
    requests.map((request) => request?.value ?? undefined),
  );
  return answers.map(({ messageResponse }) => messageResponse);
}

type Response = Awaited<ReturnType<typeof ask>>[number];

function filesIn(response: Response | undefined): FileDescriptorProto[] {
  if (response?.case !== "fileDescriptorResponse") throw new Error(`${response?.case} in place of files`);
  return response.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
}

const namesIn = (response: Response | undefined) => filesIn(response).map(({ name }) => name);

test("lists all services, those that are added later too", async () => {
  const { server, channel } = await pair(addShop);
  const names = async () => {
    const questions = [{ messageRequest: { case: "listServices" as const, value: "" } }];
    for await (const { messageResponse } of stub(ServerReflection, channel).serverReflectionInfo(questions))
      if (messageResponse.case === "listServicesResponse")
        return messageResponse.value.service.map(({ name }) => name);
    return [];
  };
  const first = [
    "Plain",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "shop.Shop",
  ];
  expect(await names()).toEqual(first);
  addHealth(server);
  expect(await names()).toEqual(["Plain", "grpc.health.v1.Health", ...first.slice(1)]);
  const questions = [
    { messageRequest: { case: "fileContainingSymbol" as const, value: "grpc.health.v1.Health" } },
  ];
  for await (const { messageResponse } of stub(ServerReflection, channel).serverReflectionInfo(questions))
    expect(messageResponse.case).toBe("fileDescriptorResponse");
});

describe("file_containing_symbol", () => {
  test.each([
    ["shop.Shop", "shop.proto"],
    ["shop.Shop.Buy", "shop.proto"],
    ["shop.Order", "shop.proto"],
    ["shop.Order.id", "shop.proto"],
    ["shop.Order.way", "shop.proto"],
    ["shop.Order.things", "shop.proto"],
    ["shop.Order.State", "shop.proto"],
    ["shop.Order.SENT", "shop.proto"],
    ["shop.Order.Line", "shop.proto"],
    ["shop.Order.Line.count", "shop.proto"],
    ["shop.Order.Line.line", "shop.proto"],
    ["shop.Size", "shop.proto"],
    ["shop.SMALL", "shop.proto"],
    ["shop.note", "shop.proto"],
    ["goods.Thing", "goods/goods.proto"],
    ["goods.Base.name", "goods/base.proto"],
    ["google.protobuf.Timestamp", "google/protobuf/timestamp.proto"],
    ["Top", "plain.proto"],
    ["Top.a", "plain.proto"],
    ["NONE", "plain.proto"],
    ["Plain", "plain.proto"],
    ["grpc.reflection.v1alpha.ServerReflection", "grpc/reflection/v1alpha/reflection.proto"],
  ])("finds %s in %s", async (symbol, file) => {
    const [answer] = await ask(addShop, { case: "fileContainingSymbol", value: symbol });
    expect(namesIn(answer)[0]).toBe(file);
  });

  test.each(["", "shop", "shop.Nothing", "shop.Order.nothing", ".shop.Order", "gift", "x".repeat(4000)])(
    "has an error for %.20s",
    async (symbol) => {
      const [answer] = await ask(addShop, { case: "fileContainingSymbol", value: symbol });
      expect(answer).toMatchObject({ case: "errorResponse", value: { errorCode: Status.NOT_FOUND } });
    },
  );
});

describe("a file", () => {
  test("comes first, with all that it imports, as the compiler has made them", async () => {
    const [answer] = await ask(addShop, { case: "fileByFilename", value: "shop.proto" });
    const files = filesIn(answer);
    expect(files.map(({ name }) => name)).toEqual([
      "shop.proto",
      "goods/goods.proto",
      "google/protobuf/timestamp.proto",
      "goods/base.proto",
    ]);
    for (const file of files) expect(file).toEqual(registry.getFile(file.name)?.proto);
    const set = create(FileDescriptorSetSchema, { file: files.reverse() });
    expect(createFileRegistry(set).getMessage("goods.Base")?.fields[0]?.name).toBe("name");
  });

  test("comes again when it is asked for again; its imports do not", async () => {
    const answers = await ask(
      addShop,
      { case: "fileByFilename", value: "goods/base.proto" },
      { case: "fileByFilename", value: "goods/goods.proto" },
      { case: "fileByFilename", value: "shop.proto" },
      { case: "fileByFilename", value: "shop.proto" },
    );
    expect(answers.map(namesIn)).toEqual([
      ["goods/base.proto"],
      ["goods/goods.proto"],
      ["shop.proto", "google/protobuf/timestamp.proto"],
      ["shop.proto"],
    ]);
  });

  test("comes without the imports that would make a message too long for clients", async () => {
    const long = (name: string) =>
      `syntax = "proto2"; package ${name}; message M { optional string a = 1 [default = "${"x".repeat(600_000)}"]; }`;
    const files: Readonly<Record<string, string>> = {
      "top.proto":
        'syntax = "proto2"; import "a.proto"; import "b.proto"; message T { optional a.M a = 1; optional b.M b = 2; } service S {}',
      "a.proto": long("a"),
      "b.proto": long("b"),
    };
    const found = loadInterface(["top.proto"], { read: (name) => files[name] }).getService(
      "S",
    ) as DescService;
    const answers = await ask(
      (server) => {
        server.add(found, {});
        addReflection(server);
      },
      { case: "fileContainingSymbol", value: "S" },
      { case: "fileByFilename", value: "b.proto" },
    );
    expect(answers.map(namesIn)).toEqual([["top.proto", "a.proto"], ["b.proto"]]);
  });

  test("that is not there is an error", async () => {
    const [answer] = await ask(addShop, { case: "fileByFilename", value: "none.proto" });
    expect(answer).toMatchObject({
      case: "errorResponse",
      value: { errorCode: Status.NOT_FOUND, errorMessage: 'there is no file "none.proto"' },
    });
  });
});

describe("extensions", () => {
  const addWithMore = (server: Server) => {
    server.add(service("shop.Shop"), {}, { partial: true });
    const more = registry.getFile("more.proto");
    addReflection(server, { files: more === undefined ? [] : [more] });
  };

  test.each([
    ["shop.Order", 150, "shop.proto"],
    ["goods.Thing", 101, "shop.proto"],
    ["shop.Order", 101, "more.proto"],
  ])("are found by type and number: %s %i", async (containingType, extensionNumber, file) => {
    const [answer] = await ask(addWithMore, {
      case: "fileContainingExtension",
      value: { containingType, extensionNumber },
    });
    expect(namesIn(answer)[0]).toBe(file);
  });

  test.each([
    ["shop.Order", 102],
    ["shop.Nothing", 150],
  ])("that are not there are an error: %s %i", async (containingType, extensionNumber) => {
    const [answer] = await ask(addWithMore, {
      case: "fileContainingExtension",
      value: { containingType, extensionNumber },
    });
    expect(answer).toMatchObject({ case: "errorResponse", value: { errorCode: Status.NOT_FOUND } });
  });

  test("of a type are listed by number", async () => {
    const numbers = (value: string) => ask(addWithMore, { case: "allExtensionNumbersOfType", value });
    expect(await numbers("shop.Order")).toMatchObject([
      { value: { baseTypeName: "shop.Order", extensionNumber: [101, 120, 150] } },
    ]);
    expect(await numbers("goods.Base")).toMatchObject([{ value: { extensionNumber: [] } }]);
    expect(await numbers("goods.None")).toMatchObject([{ value: { errorCode: Status.NOT_FOUND } }]);
  });
});

test("a request that asks for nothing is an error, and the call goes on", async () => {
  const answers = await ask(addShop, { case: undefined }, { case: "listServices", value: "*" });
  expect(answers.map((answer) => answer.case)).toEqual(["errorResponse", "listServicesResponse"]);
  expect(answers[0]).toMatchObject({ value: { errorCode: Status.INVALID_ARGUMENT } });
});

test("v1alpha answers the same", async () => {
  const { channel } = await pair(addShop);
  const questions = [{ messageRequest: { case: "fileByFilename" as const, value: "plain.proto" } }];
  for await (const answer of stub(ServerReflectionV1alpha, channel).serverReflectionInfo(questions)) {
    expect(answer.originalRequest?.messageRequest.value).toBe("plain.proto");
    expect(answer.messageResponse.case).toBe("fileDescriptorResponse");
  }
});

test.each(["v1", "v1alpha"])("is answered to grpc-js, %s", async (version) => {
  const { address } = await pair(addShop);
  const name = `grpc.reflection.${version}.ServerReflection`;
  const call = grpcJsClient(
    address,
    `grpc/reflection/${version}/reflection.proto`,
    name,
  ).serverReflectionInfo?.();
  const answers: Loose[] = [];
  const done = new Promise((resolve, reject) => call.on("error", reject).on("end", resolve));
  call.on("data", (answer: Loose) => answers.push(answer));
  call.write({ fileContainingSymbol: "shop.Shop" });
  call.write({ listServices: "" });
  call.end();
  await done;
  const [{ fileDescriptorResponse }, { listServicesResponse }] = answers;
  const [file] = fileDescriptorResponse.fileDescriptorProto.map((bytes: Buffer) =>
    fromBinary(FileDescriptorProtoSchema, bytes),
  );
  expect(file).toEqual(registry.getFile("shop.proto")?.proto);
  expect(listServicesResponse.service).toContainEqual({ name: "shop.Shop" });
});

test("a question that is longer than any name is refused, since answers repeat it", async () => {
  const { channel } = await pair((server) => addReflection(server));
  async function* questions() {
    yield { messageRequest: { case: "fileByFilename", value: "x".repeat(5000) } } as const;
  }
  const answers = stub(ServerReflection, channel).serverReflectionInfo(questions());
  await expect(answers[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: Status.INVALID_ARGUMENT,
  });
});
