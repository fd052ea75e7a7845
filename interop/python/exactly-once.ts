import assert from "node:assert/strict";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { constants } from "node:http2";
import { delimiter, dirname, join } from "node:path";
import { ServerProcess } from "../../examples/directories/server-process.js";
import { LineProcess } from "../line-process.js";
import type { PythonEnvironment } from "./python-environment.js";
import { reset, SpoilingProxy, withoutRecord } from "./spoiling-proxy.js";
import type { Tally } from "./tally.js";

/** Long enough for a server to start, and for a client to find it again. */
const ANSWER_MS_MAX = 15_000;

/** Checks that the client of `examples/python` calls exactly once: our server dies between doing and answering. */
export async function checkExactlyOnce(
  { python, exactlyOnceScript, durableScript, generated }: PythonEnvironment,
  tally: Tally,
  scratch: string,
): Promise<void> {
  await tally.check(
    "Python client, our server that dies: a call is carried out once and answered",
    async () => {
      const root = join(scratch, "once-root");
      const journal = join(scratch, "once-journal");
      mkdirSync(root);
      const dying = await ServerProcess.start({ root, journal, listen: ["127.0.0.1:0"], fate: "dies" });
      const paths = ["/once", "/once", "/no/parent", "/after"];
      const args = [exactlyOnceScript, dying.addresses[0]!, ...paths];
      const client = new LineProcess(python, args, { env: { PYTHONPATH: generated } });
      assert.equal(await dying.ended(), "SIGKILL", "the server did not die");
      const { ino } = statSync(join(root, "once"));
      const server = await ServerProcess.start({ root, journal, listen: dying.addresses });
      assert.equal(await client.receive(ANSWER_MS_MAX), "made /once");
      // The same path in another call.
      assert.match(await client.receive(), /^\/once: ALREADY_EXISTS: /);
      assert.match(await client.receive(), /^\/no\/parent: NOT_FOUND: /);
      assert.equal(await client.receive(), "made /after");
      assert.equal(await client.ended(), 0);
      assert.equal(statSync(join(root, "once")).ino, ino, "the directory was made twice");
      assert.equal(await server.stop(), 0);
    },
  );
  await tally.check(
    "Python client, a proxy that cuts answers off: only what is recorded is one, and it is asked for again",
    async () => {
      const root = join(scratch, "cut-root");
      mkdirSync(root);
      const server = await ServerProcess.start({
        root,
        journal: join(scratch, "cut-journal"),
        listen: ["127.0.0.1:0"],
      });
      const spoilings = [withoutRecord, reset(constants.NGHTTP2_INTERNAL_ERROR), withoutRecord];
      const proxy = await SpoilingProxy.start(server.addresses[0]!, "/Directories/MakeDirectory", spoilings);
      const args = [exactlyOnceScript, proxy.address, "/cut", "/cut"];
      const client = new LineProcess(python, args, { env: { PYTHONPATH: generated } });
      assert.equal(await client.receive(ANSWER_MS_MAX), "made /cut");
      assert.equal(proxy.calls, 4, "an answer that was not recorded was taken for one");
      assert.match(await client.receive(), /^\/cut: ALREADY_EXISTS: /);
      assert.equal(await client.ended(), 0);
      proxy.stop();
      assert.equal(await server.stop(), 0);
    },
  );
  await tally.check(
    "Python client that dies wherever it can, and starts again: each call is carried out once",
    async () => {
      const root = join(scratch, "durable-root");
      mkdirSync(root);
      const server = await ServerProcess.start({
        root,
        journal: join(scratch, "durable-journal"),
        listen: ["127.0.0.1:0"],
      });
      const env = { PYTHONPATH: [generated, dirname(exactlyOnceScript)].join(delimiter) };
      const start = (point: string, ...paths: string[]) => {
        const file = join(scratch, "durable.jsonl");
        const args = [durableScript, server.addresses[0]!, file, point, ...paths];
        return new LineProcess(python, args, { env });
      };
      // The first nonce arrives, and then that of a session that is there.
      assert.equal(await start("opened").ended(), 3);
      assert.equal(await start("nonce").ended(), 3);
      assert.equal(await start("opened").ended(), 3);
      const lines = async (client: LineProcess, count: number) => {
        const received: string[] = [];
        while (received.length < count) received.push(await client.receive(ANSWER_MS_MAX));
        assert.equal(await client.ended(), 0);
        return received;
      };
      // A number that the home has not heard of when the next one is given.
      assert.equal(await start("call", "/a").ended(), 3);
      assert.deepEqual(await lines(start("", "/b"), 2), ["/a: made", "/b: made"]);
      // An answer that is lost.
      assert.equal(await start("answer", "/c").ended(), 3);
      assert.equal(await start("opened").ended(), 3);
      assert.deepEqual(await lines(start("", "/d"), 2), ["/c: made", "/d: made"]);
      assert.deepEqual(readdirSync(root).sort(), ["a", "b", "c", "d"]);
      assert.equal(await server.stop(), 0);
    },
  );
}
