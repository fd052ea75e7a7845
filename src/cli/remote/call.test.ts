import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { Status, statusName } from "../../rpc/status.js";
import { redoubt, temporaryFolder } from "../world.test.util.js";
import { LAB, type Lab, started, startLab, tried } from "./lab.test.util.js";

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

/** Runs `redoubt call` against the lab. */
function call(args: readonly string[], options: Parameters<typeof tried>[1] = {}) {
  return tried(["call", lab.address, ...args, "--plaintext"], options);
}

describe("redoubt call", () => {
  const SAMPLE =
    '{"name":"x","big":"-9223372036854775808","raw":"AAE=","mood":"MOOD_GLUM","parts":[{"weight":0.5},{}],' +
    '"byName":{"a":{"weight":"NaN"}},"text":"","isSet":false,' +
    '"any":{"@type":"type.googleapis.com/lab.v1.Sample.Part","weight":3},"made":"2020-01-01T00:00:00Z","other":"y"}';

  it.each<[args: string[], stdin: string | undefined, stdout: string]>([
    [["lab.v1.Lab/Echo", SAMPLE], undefined, `${SAMPLE}\n`],
    [["lab.v1.Lab.Echo", '{"name":"x"}'], undefined, '{"name":"x"}\n'],
    [["/lab.v1.Lab/Echo", '{"name":"x"}'], undefined, '{"name":"x"}\n'],
    [["Lab/Echo", '{"by_name":{}, "is_set": true}'], undefined, '{"isSet":true}\n'],
    [["Lab/Echo", '{"big":9007199254740993}'], undefined, '{"big":"9007199254740993"}\n'],
    [["Lab/Echo"], undefined, "{}\n"],
    [["Lab/Echo", ""], undefined, "{}\n"],
    [["Lab/Echo", "-"], '{"name":\n"x"}', '{"name":"x"}\n'],
    [["Lab/Echo", "-"], "", "{}\n"],
    [["Lab/Echo", "-d", '{"name":"x"}'], undefined, '{"name":"x"}\n'],
    [["Lab/Count", '{"to":3}'], undefined, '{"number":1}\n{"number":2}\n{"number":3}\n'],
    [["Lab/Count"], undefined, ""],
    [["Lab/Sum", '{"number":1} {"number":2}'], undefined, '{"number":3}\n'],
    [["Lab/Sum", ""], undefined, "{}\n"],
    [["Lab/Sum", "", "--defaults"], undefined, '{"number":0}\n'],
    [["Lab/Sum"], '{"number":1}{"number":2}\n{"number":3}', '{"number":6}\n'],
    [["Lab/Chat"], '{"name":"a"}\n{"name":"b"}\n', '{"name":"a?"}\n{"name":"b?"}\n'],
  ])("%j with %j prints %j", async (args, stdin, stdout) => {
    expect(await call(args, { stdin })).toEqual({ exitCode: 0, stdout, stderr: "" });
  });

  it("takes the interface from .proto files or a descriptor set, where the server does not tell it", async () => {
    lab = await startLab({ reflection: false });
    expect(await call(["Lab/Echo"])).toEqual({
      exitCode: 112,
      stdout: "",
      stderr:
        "redoubt: the server does not tell its interface: it has no reflection\n" +
        "  hint: say where the interface is written: --proto PATH\n",
    });
    const folder = temporaryFolder({ "api/lab.proto": LAB, "wrong.proto": "oops" });
    await redoubt(folder, ["compile", "api/lab.proto", "-I", "api", "--include-imports", "-o", "lab.binpb"]);
    for (const path of ["api/lab.proto", "api", "lab.binpb"]) {
      const args = ["call", lab.address, "Lab/Echo", '{"name":"x"}', "--plaintext", "--proto", path];
      expect(await redoubt(folder, args), path).toEqual({
        exitCode: 0,
        stdout: '{"name":"x"}\n',
        stderr: "",
      });
    }
    const args = ["call", lab.address, "Lab/Echo", "--plaintext", "--proto", "wrong.proto"];
    const { exitCode, stderr } = await redoubt(folder, args);
    expect(stderr).toMatch(
      /^wrong\.proto:1:1: .*redoubt: the interface in `wrong\.proto` cannot be used\n$/s,
    );
    expect(exitCode).toBe(1);
  });

  it("calls over a Unix socket without --plaintext", async () => {
    const { address } = await startLab({ listen: `unix:${join(temporaryFolder(), "lab.sock")}` });
    const result = await tried(["call", address, "Lab/Echo", '{"name":"x"}']);
    expect(result).toEqual({ exitCode: 0, stdout: '{"name":"x"}\n', stderr: "" });
  });

  it("reads a request from a file", async () => {
    const folder = temporaryFolder({ "numbers.json": '{"number":1}\n{"number":2}' });
    const result = await redoubt(folder, ["call", lab.address, "Lab/Sum", "@numbers.json", "--plaintext"]);
    expect(result).toEqual({ exitCode: 0, stdout: '{"number":3}\n', stderr: "" });
  });

  it("sends metadata, and shows what comes back with --verbose", async () => {
    const { stdout, stderr } = await call([
      "Lab/Metadata",
      "-v",
      "-H",
      "x-a: b",
      "-H",
      "x-a:c",
      "--header",
      "c-bin:AQI",
    ]);
    expect(JSON.parse(JSON.parse(stdout).name)).toMatchObject({
      "x-a": ["b", "c"],
      "c-bin": [{ 0: 1, 1: 2 }],
    });
    expect(stderr).toBe("headers:\n  said: first\ntrailers:\n  said-bin: AQID\n");
  });

  it("sends each request when it is typed, and prints each answer when it comes", async () => {
    const { world, result } = started(["call", lab.address, "Lab/Chat", "--plaintext"], { isTerminal: true });
    world.stdin.type('{"name":"a"}\n');
    await world.stdout.until(/a\?/);
    world.stdin.type('{"name":"b"}\n');
    await world.stdout.until(/b\?/);
    world.stdin.end();
    expect(await result).toEqual({
      exitCode: 0,
      stdout: '{\n  "name": "a?"\n}\n{\n  "name": "b?"\n}\n',
      stderr: "redoubt: type messages as JSON; Ctrl-D ends them\n",
    });
  });

  it("has colours where there are some, and one line for each answer with --json", async () => {
    const args = ["Lab/Echo", '{"name":"x","isSet":true}'];
    const terminal = { isTerminal: true, hasColors: true };
    expect((await call(args, terminal)).stdout).toBe(
      '{\n  \x1b[36m"name"\x1b[0m: \x1b[32m"x"\x1b[0m,\n  \x1b[36m"isSet"\x1b[0m: true\n}\n',
    );
    expect((await call([...args, "--json"], terminal)).stdout).toBe('{"name":"x","isSet":true}\n');
  });

  it("lets no answer command the terminal", async () => {
    const { stdout } = await call(["Lab/Echo", '{"name":"\\u001b[2J\\u009b2J\\u202e"}'], {
      isTerminal: true,
    });
    expect(stdout).toBe('{\n  "name": "\\u001b[2J\\u009b2J\\u202e"\n}\n');
  });

  it("takes and prints an Any in an Any", async () => {
    const any =
      '{"@type":"type.googleapis.com/lab.v1.Sample","any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"3s"}}';
    expect((await call(["Lab/Echo", `{"any":${any}}`])).stdout).toBe(`{"any":${any}}\n`);
  });

  it("is taken back by Ctrl-C", async () => {
    const { world, result } = started(["call", lab.address, "Lab/Chat", "--plaintext"]);
    world.stdin.type('{"name":"a"}');
    await world.stdout.until(/a\?/);
    const cancelled = new Promise((resolve) => lab.contexts[0].signal.addEventListener("abort", resolve));
    world.interrupt();
    expect(await result).toEqual({ exitCode: 1, stdout: '{"name":"a?"}\n', stderr: "" });
    await cancelled;
    expect(world.stdin.isClosed).toBe(true);
  });
});

describe("a call that fails", () => {
  it("tells status, details and outcome", async () => {
    expect(await call(["Lab/Fail", '{"message":"no such\\nthing\\u001b"}'])).toEqual({
      exitCode: 105,
      stdout: "",
      stderr: `redoubt: NOT_FOUND: no such
  thing\uFFFD
  detail: {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"LAB","domain":"lab.example","metadata":{"tried":"once"}}
  detail: {"@type":"type.googleapis.com/google.protobuf.StringValue","value":"sorry"}
  detail: {"@type":"type.example/lab.Unheard","value":"CAE="}
  outcome: executed
`,
    });
  });

  it("tells them in JSON too", async () => {
    const { exitCode, stdout, stderr } = await call(["Lab/Fail", "--json"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 105, stdout: "" });
    expect(JSON.parse(stderr)).toEqual({
      ok: false,
      code: 5,
      codeName: "NOT_FOUND",
      message: "",
      outcome: "executed",
      details: [
        expect.objectContaining({ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "LAB" }),
        expect.objectContaining({ value: "sorry" }),
        expect.objectContaining({ value: "CAE=" }),
      ],
    });
  });

  it.each(Object.values(Status).filter((code) => code !== Status.OK))(
    "ends with 100 and status %i",
    async (code) => {
      const { exitCode, stderr } = await call(["Lab/Fail", `{"code":${code}}`]);
      expect(exitCode).toBe(100 + code);
      expect(stderr).toContain(`redoubt: ${statusName(code)}\n`);
    },
  );

  it("meets its deadline", async () => {
    const { exitCode, stderr } = await call(["Lab/Chat", "--timeout", "100ms"]);
    expect(exitCode).toBe(104);
    expect(stderr).toMatch(
      /^redoubt: DEADLINE_EXCEEDED: deadline of 100 ms exceeded: .*\n {2}outcome: unknown\n$/,
    );
  });

  it("tells at once that nobody listens", async () => {
    await lab.server.close();
    const { exitCode, stderr } = await call(["Lab/Echo"]);
    expect(exitCode).toBe(114);
    expect(stderr).toMatch(/^redoubt: UNAVAILABLE: .*refused \(ECONNREFUSED\)\n {2}outcome: not-executed\n$/);
  });
});

describe("a call that was written wrongly", () => {
  it.each<[args: string[], stdin: string | undefined, message: string, hint: string | RegExp | undefined]>([
    [["Lab"], undefined, "`Lab` names no method", "write it as package.Service/Method"],
    [["Labb/Echo"], undefined, "there is no service `Labb`", "did you mean `lab.v1.Lab`?"],
    [
      ["Wat/Echo"],
      undefined,
      "there is no service `Wat`",
      /^there are: grpc\.channelz\.v1\.Channelz, grpc\.health\.v1\.Health, .*, lab\.v1\.Lab$/,
    ],
    [["Lab/Ecko"], undefined, "service `lab.v1.Lab` has no method `Ecko`", "did you mean `Echo`?"],
    [
      ["Lab/Wat"],
      undefined,
      "service `lab.v1.Lab` has no method `Wat`",
      "it has: Echo, Count, Sum, Chat, Fail, Metadata",
    ],
    [
      ["Lab/Echo", '{"nam":""}'],
      undefined,
      "`nam`: message `lab.v1.Sample` has no field `nam`",
      "did you mean `name`?",
    ],
    [
      ["Lab/Echo", '{"parts":[{},{"x":1}]}'],
      undefined,
      "`parts[1].x`: message `lab.v1.Sample.Part` has no field `x`",
      "there are: weight",
    ],
    [
      ["Lab/Echo", '{"byName":{"k":{"wieght":1}}}'],
      undefined,
      '`byName["k"].wieght`: message `lab.v1.Sample.Part` has no field `wieght`',
      "did you mean `weight`?",
    ],
    [
      ["Lab/Echo", '{"mood":"FINE"}'],
      undefined,
      "`mood`: `lab.v1.Mood` has no value `FINE`",
      "there are: MOOD_UNSPECIFIED, MOOD_FINE, MOOD_GLUM",
    ],
    [
      ["Lab/Echo", '{"name":1}'],
      undefined,
      "cannot decode field lab.v1.Sample.name from JSON: expected string, got 1",
      undefined,
    ],
    [["Lab/Echo", "{}{}"], undefined, "`Echo` takes one message, and DATA has more", undefined],
    [
      ["Lab/Echo", "{}", "-d", "{}"],
      undefined,
      "DATA is given twice",
      "either as the last argument or with --data",
    ],
    [["Lab/Echo", "@none.json"], undefined, "cannot read `none.json`: no such file or directory", undefined],
    [
      ["Lab/Sum"],
      '{"number":1}\n{"numbr":2}',
      "`numbr`: message `lab.v1.CountReply` has no field `numbr`",
      "did you mean `number`?",
    ],
    [
      ["Lab/Chat"],
      '{"name":"a"}\n{',
      /^line 2: `\{` is no JSON: /.source,
      `write messages like this: '{"path":"/x"}'`,
    ],
    [
      ["Lab/Echo", "--timeout", "5"],
      undefined,
      "`5` is no duration",
      "write it with its unit: 500ms, 5s, 2m, 1h",
    ],
    [["Lab/Echo", "-H", "a"], undefined, "`a` is no metadata", "write it as NAME:VALUE"],
    [["Lab/Echo", "--plaintxt"], undefined, "unknown option `--plaintxt`", "did you mean `--plaintext`?"],
    [
      ["Lab/Echo", "--ca", "x"],
      undefined,
      "--plaintext and the options of TLS exclude each other",
      undefined,
    ],
  ])("%j %j", async (args, stdin, message, hint) => {
    const { exitCode, stderr } = await call(args, { stdin });
    const [first, second] = stderr.split("\n");
    if (message.startsWith("^")) expect(first.replace("redoubt: ", "")).toMatch(new RegExp(message));
    else expect(first).toBe(`redoubt: ${message}`);
    if (hint instanceof RegExp) expect(second.replace("  hint: ", "")).toMatch(hint);
    else expect(second).toBe(hint === undefined ? "" : `  hint: ${hint}`);
    expect(exitCode).toBe(2);
  });

  it.each([
    [["call", "localhost", "A/B", "--plaintext"], 'target "localhost": write it as host:port, '],
    [["call", "localhost:1"], "missing required argument `METHOD`"],
  ])("%j", async (args, message) => {
    const { exitCode, stderr } = await tried(args);
    expect(stderr).toContain(`redoubt: ${message}`);
    expect(exitCode).toBe(2);
  });
});
