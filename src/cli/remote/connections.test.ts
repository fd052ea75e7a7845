import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../world.test.util.js";
import { type Lab, started, startLab, tried } from "./lab.test.util.js";

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});

/** A call that stays open, over a connection of its own. */
async function chatting() {
  const { world, result } = started(["call", lab.address, "Lab/Chat", "--plaintext"]);
  world.stdin.type('{"name":"a"}');
  await world.stdout.until(/a\?/);
  return { end: () => world.stdin.end(), result };
}

describe("redoubt connections", () => {
  it("shows who is connected, and what they do", async () => {
    const chat = await chatting();
    const { exitCode, stdout, stderr } = await tried(["connections", lab.address, "--plaintext"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const address = lab.address.replaceAll(".", "\\.");
    const rows = stdout.trimEnd().split("\n");
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(
      /^PROTOCOL {2}LOCAL +REMOTE +OPEN {2}CALLS {2}RECEIVED {2}SENT {2}LAST ACTIVITY$/,
    );
    expect(rows[1]).toMatch(
      new RegExp(`^tcp +${address} +127\\.0\\.0\\.1:\\d+ +1 +\\d+ +\\d+ +\\d+ +(now|\\d+ s ago)$`),
    );
    expect(rows[2]).toMatch(new RegExp(`^tcp +${address} +127\\.0\\.0\\.1:\\d+ +[1-9]`));
    chat.end();
    expect((await chat.result).exitCode).toBe(0);
  });

  it("shows it in JSON", async () => {
    const { stdout } = await tried(["connections", lab.address, "--plaintext", "--json"]);
    const { ok, connections } = JSON.parse(stdout);
    expect(ok).toBe(true);
    expect(connections).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        protocol: "tcp",
        local: lab.address,
        remote: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        openStreams: "1",
        startedStreams: expect.stringMatching(/^\d+$/),
        messagesReceived: expect.stringMatching(/^\d+$/),
        messagesSent: expect.stringMatching(/^\d+$/),
        lastActivity: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
  });

  it("shows Unix sockets", async () => {
    const { address } = await startLab({ listen: `unix:${join(temporaryFolder(), "lab.sock")}` });
    const { stdout } = await tried(["connections", address, "--json"]);
    expect(JSON.parse(stdout).connections).toMatchObject([{ protocol: "unix" }]);
  });

  it("draws the table again and again on a terminal", async () => {
    const args = ["connections", lab.address, "--plaintext", "--watch", "--interval", "1ms"];
    const { world, result } = started(args, { isTerminal: true });
    const drawing = "\u001b\\[H\u001b\\[JPROTOCOL[^\u001b]*";
    await world.stdout.until(new RegExp(`(${drawing}){3}`));
    world.interrupt();
    expect(await result).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("prints a line for each that comes or goes elsewhere", async () => {
    const args = ["connections", lab.address, "--plaintext", "--watch", "--interval", "1ms"];
    const { world, result } = started(args);
    await world.stdout.until(/^opened tcp 127\S+ 127\S+\n$/);
    const chat = await chatting();
    await world.stdout.until(/^(opened tcp .*\n){2}$/);
    chat.end();
    await world.stdout.until(/^(opened tcp .*\n){2}closed tcp .*\n$/);
    world.interrupt();
    expect(await result).toMatchObject({ exitCode: 0, stderr: "" });
  });
});
