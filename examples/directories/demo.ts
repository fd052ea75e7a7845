import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Channel, Credentials, RpcError, Status, stub } from "@redoubt/rpc";
import { errorLine } from "./error-line.js";
import { Directories } from "./gen/directories_pb.js";
import { PlainClient } from "./plain-client.js";
import { ServerProcess } from "./server-process.js";
import { painterFor } from "./terminal.js";
import { transcript } from "./transcript.js";

const DEMO_MS_MAX = 60_000;
const CALL = { timeoutMs: 5_000 };
/** Long enough for a server to be started meanwhile. */
const PATIENT_CALL = { timeoutMs: 30_000 };
const IMPATIENT_CALL = { timeoutMs: 300 };

const scratch = mkdtempSync(join(tmpdir(), "redoubt-demo-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

const overdue = setTimeout(() => fail(new Error(`not done after ${DEMO_MS_MAX / 1000} s`)), DEMO_MS_MAX);
try {
  await demonstrate();
} catch (error) {
  fail(error);
} finally {
  clearTimeout(overdue);
}

async function demonstrate(): Promise<void> {
  const root = join(scratch, "root");
  const journal = join(scratch, "journal");
  const socket = join(scratch, "d.sock");
  mkdirSync(root);

  transcript.chapter("A server process starts, over an empty folder");
  const first = await ServerProcess.start({ root, journal, listen: ["127.0.0.1:0", `unix:${socket}`] });
  const [tcpAddress, unixAddress] = first.addresses;
  /** For the servers that come after the first one. */
  const again = { root, journal, listen: first.addresses };
  transcript.note(`serves ${root}`);
  transcript.note(`keeps its journal in ${journal}`);
  transcript.note(`listens on ${tcpAddress}`);
  transcript.note(`listens on ${unixAddress}`);

  const tcpChannel = new Channel(tcpAddress, { credentials: Credentials.insecure() });
  const unixChannel = new Channel(unixAddress);
  const tcp = stub(Directories, tcpChannel);
  const unix = stub(Directories, unixChannel);

  const make = (via: typeof tcp, path: string) =>
    answered(`makeDirectory({ path: "${path}" })`, via.makeDirectory({ path }, CALL), () => "done");
  const list = async (via: typeof tcp, path: string, expected: string) => {
    const { entries } = await answered(
      `listDirectory({ path: "${path}" })`,
      via.listDirectory({ path }, CALL),
      ({ entries }) => namesIn(entries),
    );
    assert.equal(namesIn(entries), expected);
  };

  transcript.chapter(`Over TCP, ${tcpAddress}`);
  await make(tcp, "/photos");
  await make(tcp, "/photos/2024");
  await make(tcp, "/photos/Zürich 🏔");
  await list(tcp, "/", "photos/");
  await list(tcp, "/photos", "2024/ Zürich 🏔/");

  transcript.chapter(`Over the Unix socket, ${unixAddress}`);
  await make(unix, "/photos/2024/summer");
  await list(unix, "/photos/2024", "summer/");
  await list(unix, "/photos/2024/summer", "nothing");
  assert.ok(existsSync(join(root, "photos", "2024", "summer")), "the server made no real directory");
  assert.ok(existsSync(join(root, "photos", "Zürich 🏔")), "the server made no real directory");

  transcript.chapter("An error says whether the call was executed");
  const twice = 'makeDirectory({ path: "/photos" }), a second time';
  await refused(twice, tcp.makeDirectory({ path: "/photos" }, CALL), Status.ALREADY_EXISTS, "executed");
  const missing = 'listDirectory({ path: "/music" }), which nobody made';
  await refused(missing, unix.listDirectory({ path: "/music" }, CALL), Status.NOT_FOUND, "executed");

  transcript.chapter("A server dies between making a directory and answering");
  assert.equal(await first.stop(), 0, "the server did not end well");
  const dying = await ServerProcess.start({ ...again, fate: "dies" });
  transcript.note("another server has the same journal; it dies as soon as it has made a directory");
  const made = join(root, "photos", "2025");
  const call = 'makeDirectory({ path: "/photos/2025" })';
  const reply = answered(call, tcp.makeDirectory({ path: "/photos/2025" }, PATIENT_CALL), () => "done");
  transcript.note(`${call} is under way`);
  assert.equal(await dying.ended(), "SIGKILL", "the server did not die");
  const { ino } = statSync(made);
  transcript.note(`the server is dead (SIGKILL), ${made} is there, and nobody was answered`);
  const server = await ServerProcess.start(again);
  transcript.note("a new server has the same journal; the call is repeated under its old number");
  await reply;
  await list(tcp, "/photos", "2024/ 2025/ Zürich 🏔/");
  assert.equal(statSync(made).ino, ino, "the directory was made twice");

  transcript.chapter("Any gRPC client can call it, too: at most once (here: @grpc/grpc-js)");
  const plain = new PlainClient(tcpAddress);
  const foreign = 'makeDirectory({ path: "/plain" })';
  await answered(foreign, plain.makeDirectory("/plain"), () => "done");
  const refusal = await plain.makeDirectory("/plain").then(
    () => assert.fail(`${foreign} succeeded twice`),
    (error: Error) => error.message,
  );
  transcript.error(`${foreign}, a second time`, refusal);
  assert.match(refusal, /^ALREADY_EXISTS: /);
  plain.close();

  transcript.chapter("The server goes, as after Ctrl-C");
  assert.equal(await server.stop(), 0, "the server did not end well");
  assert.ok(!existsSync(socket), "the server left its socket behind");
  const over = (name: string) => `listDirectory({ path: "/" }), over ${name}`;
  await refused(over("TCP"), tcp.listDirectory({ path: "/" }, CALL), Status.UNAVAILABLE, "not-executed");
  await refused(
    over("the socket"),
    unix.listDirectory({ path: "/" }, CALL),
    Status.UNAVAILABLE,
    "not-executed",
  );
  const late = `makeDirectory({ path: "/late" }), which keeps trying for ${IMPATIENT_CALL.timeoutMs} ms`;
  const lateReply = tcp.makeDirectory({ path: "/late" }, IMPATIENT_CALL);
  await refused(late, lateReply, Status.DEADLINE_EXCEEDED, "not-executed");

  await Promise.all([tcpChannel.close(), unixChannel.close()]);
  transcript.chapter("Done: every answer was the expected one.");
}

async function answered<T>(call: string, reply: Promise<T>, shown: (reply: T) => string): Promise<T> {
  const startMs = performance.now();
  const value = await reply;
  transcript.answer(call, shown(value), performance.now() - startMs);
  return value;
}

async function refused(
  call: string,
  reply: Promise<unknown>,
  code: RpcError["code"],
  outcome: RpcError["outcome"],
): Promise<void> {
  const error = await reply.then(
    () => assert.fail(`${call} succeeded`),
    (caught: unknown) => caught,
  );
  if (!RpcError.is(error)) throw error;
  transcript.error(call, errorLine(error));
  assert.deepEqual([error.code, error.outcome], [code, outcome]);
}

function namesIn(entries: readonly { readonly name: string; readonly isDirectory: boolean }[]): string {
  if (entries.length === 0) return "nothing";
  return entries.map(({ name, isDirectory }) => (isDirectory ? `${name}/` : name)).join(" ");
}

function fail(error: unknown): never {
  const paint = painterFor(process.stderr);
  console.error(paint("red", "\nUnexpected:"), error);
  process.exit(1);
}
