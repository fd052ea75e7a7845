import { beforeEach, describe, expect, it } from "vitest";
import { type Lab, started, startLab, tried } from "./lab.test.util.js";

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
  lab.health.set("lab.v1.Lab", "NOT_SERVING");
});

describe("redoubt health", () => {
  it.each<[service: string[], exitCode: number, stdout: string]>([
    [[], 0, "SERVING\n"],
    [["lab.v1.Lab"], 1, "NOT_SERVING\n"],
    [["--json"], 0, '{"ok":true,"service":"","status":"SERVING"}\n'],
    [["lab.v1.Lab", "--json"], 1, '{"ok":false,"service":"lab.v1.Lab","status":"NOT_SERVING"}\n'],
  ])("%j ends with %i", async (args, exitCode, stdout) => {
    const result = await tried(["health", lab.address, ...args, "--plaintext"]);
    expect(result).toEqual({ exitCode, stdout, stderr: "" });
  });

  it("has colours", async () => {
    const result = await tried(["health", lab.address, "--plaintext"], { hasColors: true });
    expect(result.stdout).toBe("\x1b[32mSERVING\x1b[0m\n");
  });

  it("knows nothing of other services", async () => {
    const { exitCode, stderr } = await tried(["health", lab.address, "Lab", "--plaintext"]);
    expect(exitCode).toBe(105);
    expect(stderr).toContain(
      "  hint: services are told by their full names; none is the server as a whole\n",
    );
  });

  it("prints each change until it is told to stop", async () => {
    const { world, result } = started(["health", lab.address, "--watch", "--plaintext"]);
    await world.stdout.until(/^SERVING\n$/);
    lab.health.set("", "NOT_SERVING");
    await world.stdout.until(/NOT_SERVING/);
    lab.health.set("", "SERVING");
    await world.stdout.until(/SERVING\nNOT_SERVING\nSERVING\n/);
    world.interrupt();
    expect(await result).toEqual({ exitCode: 1, stdout: "SERVING\nNOT_SERVING\nSERVING\n", stderr: "" });
  });

  it("ends with the server", async () => {
    const { world, result } = started(["health", lab.address, "--watch", "--plaintext"]);
    await world.stdout.until(/^SERVING\n$/);
    await lab.server.close();
    const { exitCode, stdout } = await result;
    expect(exitCode).toBe(114);
    expect(stdout).toMatch(/^SERVING\n/);
  });
});
