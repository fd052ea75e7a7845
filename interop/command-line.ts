import assert from "node:assert/strict";
import { type CommandCheck, checkCommand, LAB_CHECKS, TEST_SERVICE_CHECKS } from "./command-line/checks.js";
import { ended } from "./command-line/command.js";
import { startLab } from "./command-line/lab.js";
import { type Peer, prepareGo, preparePython, pythonScript, startPeer } from "./command-line/peers.js";
import { Tally } from "./python/tally.js";

// Checks the command `redoubt` against servers with reflection, health and channelz: grpc-go's, gRPC's in Python, ours;
// and grpcurl and Python's reflection client against ours. Prints a line for each check and the counts; exits 1 if one
// failed.

/** What grpcurl is asked, and what it finds. */
const GRPCURL_CHECKS: readonly (readonly [args: readonly string[], stdout: RegExp])[] = [
  [["list"], /^lab\.v1\.Lab$/m],
  [["list", "lab.v1.Lab"], /^lab\.v1\.Lab\.Chat$/m],
  [["describe", "lab.v1.Sample"], /map<string, \.lab\.v1\.Number> numbers = 4;/],
  [["-d", '{"name":"x","big":"7"}', "lab.v1.Lab/Echo"], /"big": "7"/],
  [["-d", '{"value":2}', "lab.v1.Lab/Count"], /"value": 1\n\}\n\{\n {2}"value": 2/],
  [["-d", '{"name":"a"}{"name":"b"}', "lab.v1.Lab/Chat"], /"a\?"\n\}\n\{\n {2}"name": "b\?"/],
  [["grpc.health.v1.Health/Check"], /"status": "SERVING"/],
  [["grpc.channelz.v1.Channelz/GetServers"], /"serverId"/],
];

const tally = new Tally();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

const { target, server } = await startLab();
await checkAll("our server", target, LAB_CHECKS);

const python = await preparePython().catch((error: Error) => noteMissing("python3 with grpcio", error));
if (python !== undefined) {
  const env = { PYTHONPATH: python.generated };
  const peer = await startPeer(python.python, [pythonScript("lab_server.py")], env);
  await checkPeer("Python's server", peer, LAB_CHECKS);
  await tally.check("Python's reflection client, our server", async () => {
    const { stdout, stderr, code } = await ended(python.python, [
      pythonScript("reflection_client.py"),
      target,
    ]);
    assert.equal(code, 0, stderr);
    const { services, methods, answer } = JSON.parse(stdout);
    assert.ok(services.includes("lab.v1.Lab") && services.includes("grpc.health.v1.Health"), stdout);
    assert.deepEqual(methods, ["Chat", "Count", "Echo", "Fail", "Sum"]);
    assert.deepEqual(answer, { name: "x", mood: "MOOD_FINE" });
  });
}

const go = await prepareGo().catch((error: Error) => noteMissing("Go with grpc-go and grpcurl", error));
if (go !== undefined) {
  await checkPeer("grpc-go's server", await startPeer(go.server), TEST_SERVICE_CHECKS);
  for (const [args, stdout] of GRPCURL_CHECKS) {
    const words = args[0] === "-d" ? args.toSpliced(2, 0, target) : [target, ...args];
    await tally.check(`grpcurl, our server: ${args.join(" ")}`, async () => {
      const result = await ended(go.grpcurl, ["-plaintext", ...words]);
      assert.equal(result.code, 0, result.stderr);
      assert.match(result.stdout, stdout);
    });
  }
}

await server.close();
process.exit(tally.close());

async function checkPeer(name: string, peer: Peer, checks: readonly CommandCheck[]): Promise<void> {
  await checkAll(name, peer.target, checks);
  await peer.end();
}

async function checkAll(name: string, target: string, checks: readonly CommandCheck[]): Promise<void> {
  for (const check of checks) {
    const shown = `${check.args}${check.data === undefined ? "" : ` ${check.data}`}`;
    await tally.check(`${name}: redoubt ${shown}`, () => checkCommand(check, target));
  }
}

function noteMissing(what: string, error: Error): undefined {
  const message = `${what}: ${error.message.trim()}`;
  if (process.env.CI === "true") tally.fail(message);
  else tally.skip(message);
}
