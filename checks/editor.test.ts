import { join } from "node:path";
import { getLibFiles, ts } from "@ts-morph/common";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "./repository.js";

// What an editor shows of a stub, asked of TypeScript's language service: the one of TypeScript 6, the last that is a
// library. That of 7.0 shows no documentation for properties of mapped types, which a stub's methods are.

/** The declarations of JavaScript's own library, which the package carries. */
const LIBRARY = new Map(getLibFiles().map(({ fileName, text }) => [`/library/${fileName}`, text]));

/** It is not on the disk. */
const FILE = join(ROOT, "editor.ts");

const PROGRAM = `
import { Channel, Credentials, Server, stub } from "@redoubt/rpc";
import { Directories } from "./examples/directories/gen/directories_pb.js";
import { Echo } from "./interop/gen/echo_pb.js";

const server = new Server();
server.add(Directories, {
  async makeDirectory({ path }) {
    console.log(path.length);
    return {};
  },
  async listDirectory({ path }) {
    return { entries: [{ name: path, isDirectory: true }] };
  },
});
const address = await server.listen("127.0.0.1:0", Credentials.insecure());
const channel = new Channel(address, { credentials: Credentials.insecure() });
const directories = stub(Directories, channel);
const echo = stub(Echo, channel);
await directories.makeDirectory({ path: "/photos" });
const { entries } = await directories.listDirectory({ path: "/" }, { timeoutMs: 500 });
console.log(entries.map(({ name, isDirectory }) => (isDirectory ? name.toUpperCase() : name)));
for await (const { text } of echo.expand({ text: "a" })) console.log(text);
const { counters } = await echo.collect([{ text: "a" }]);
const upload = echo.collect();
await upload.send({ text: "b" });
for await (const { text } of echo.chat([{ text: "a" }])) console.log(text, counters, upload.reply);
`;

describe("an editor", () => {
  let service: ts.LanguageService;

  beforeAll(() => {
    service = languageService(PROGRAM);
  });

  test("finds nothing wrong in a server and a client without a cast", () => {
    const found = [...service.getSyntacticDiagnostics(FILE), ...service.getSemanticDiagnostics(FILE)];
    expect(found.map(({ messageText }) => messageText)).toEqual([]);
    expect(PROGRAM).not.toMatch(/ as |<any>|!\./);
  });

  test.each([
    ["directories.makeDirectory", "Makes one directory. ALREADY_EXISTS if the name is taken"],
    ["directories.listDirectory", "Lists one directory, not what is below it."],
    ["echo.expand", "Answers with `repeat_count` messages like the one that came"],
  ])("shows the .proto file's comment on %s", (expression, comment) => {
    const info = service.getQuickInfoAtPosition(FILE, PROGRAM.indexOf(expression) + expression.length - 1);
    expect(ts.displayPartsToString(info?.documentation)).toContain(comment);
  });

  test("offers the methods of a service", () => {
    const at = PROGRAM.indexOf("directories.makeDirectory") + "directories.".length;
    const names = service.getCompletionsAtPosition(FILE, at, undefined)?.entries.map(({ name }) => name);
    expect(names).toEqual(["listDirectory", "makeDirectory"]);
  });

  // Over a call of a method that can be called in two ways, TypeScript shows the comment of the way, not the method's.
  test.each([
    ["unary", "Answers with the same message."],
    ["collect", "Answers with one message made of all that came"],
    ["expand", "Answers with `repeat_count` messages like the one that came"],
    ["chat", "Answers each message with the same one, before the next comes."],
  ])("shows the comment where it offers the method %s", (name, comment) => {
    const at = PROGRAM.indexOf("echo.expand") + "echo.".length;
    const none = undefined;
    const details = service.getCompletionEntryDetails(FILE, at, name, none, none, none, none);
    expect(ts.displayPartsToString(details?.documentation)).toContain(comment);
  });

  test.each([
    ['{ path: "/photos" }', "{ path: 5 }", "Type 'number' is not assignable to type 'string"],
    ['{ path: "/photos" }', '{ pth: "/photos" }', "'pth' does not exist"],
    ['collect([{ text: "a" }])', "collect([{ text: 5 }])", "Type 'number' is not assignable to type 'string"],
    ['chat([{ text: "a" }])', "chat([5])", "not assignable"],
    ["const upload = echo.collect();", "const upload = echo.collect({ timeoutMs: true });", "not assignable"],
    ['send({ text: "b" })', "send({ text: 5 })", "Type 'number' is not assignable to type 'string"],
  ])("knows what is wrong: %s as %s", (right, wrong, message) => {
    expect(PROGRAM).toContain(right);
    const found = languageService(PROGRAM.replace(right, wrong)).getSemanticDiagnostics(FILE);
    expect(
      found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")).join("\n"),
    ).toContain(message);
  });
});

function languageService(program: string): ts.LanguageService {
  const options = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const textOf = (path: string) => (path === FILE ? program : (LIBRARY.get(path) ?? ts.sys.readFile(path)));
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [FILE],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      const text = textOf(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: () => "/library/lib.d.ts",
    fileExists: (path) => path === FILE || LIBRARY.has(path) || ts.sys.fileExists(path),
    readFile: textOf,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: ts.sys.realpath,
  };
  return ts.createLanguageService(host);
}
