import { X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Channel, Credentials, Server } from "@redoubt/rpc";
import { expect, it } from "vitest";
import { filesBelow, redoubt, temporaryFolder, textOf } from "../world.test.util.js";

it("makes an authority and certificates of both ends, with which a connection stands", async () => {
  const cwd = temporaryFolder();
  const { exitCode, stdout } = await redoubt(cwd, ["certificates", "certs"]);
  expect(exitCode).toBe(0);
  expect(stdout.replace(/\d{4}-\d\d-\d\d/, "DATE")).toBe(
    "certs/ca.pem\ncerts/server.pem\ncerts/server.key\ncerts/client.pem\ncerts/client.key\nfor localhost, 127.0.0.1, ::1, until DATE\n",
  );
  const file = (name: string) => join(cwd, "certs", name);
  const server = new Server();
  const address = await server.listen(
    "127.0.0.1:0",
    Credentials.tls({
      caFile: file("ca.pem"),
      certFile: file("server.pem"),
      keyFile: file("server.key"),
      clientCertificate: "require",
    }),
  );
  const channel = new Channel(address, {
    credentials: Credentials.tls({
      caFile: file("ca.pem"),
      certFile: file("client.pem"),
      keyFile: file("client.key"),
    }),
  });
  try {
    const { load } = await import("../../idl/load.js");
    const { stub } = await import("@redoubt/rpc");
    const proto = temporaryFolder({
      "a.proto": 'syntax = "proto3"; message M {} service S { rpc Do(M) returns (M); }',
    });
    const service = load(join(proto, "a.proto")).getService("S")!;
    const error = await (stub(service, channel).do({}) as Promise<unknown>).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ codeName: "UNIMPLEMENTED" });
  } finally {
    await channel.close();
    await server.close();
  }
});

it("takes names and days", async () => {
  const cwd = temporaryFolder();
  await redoubt(cwd, ["certificates", "--name", "*.test", "--name", "10.0.0.1", "--days", "2"]);
  const read = new X509Certificate(textOf(cwd, "server.pem"));
  expect(read.subjectAltName).toBe("DNS:*.test, IP Address:10.0.0.1");
  const daysLeft = (Date.parse(read.validTo) - Date.now()) / 86_400_000;
  expect(Math.round(daysLeft)).toBe(2);
});

it.skipIf(process.platform === "win32")("keeps keys from others", async () => {
  const cwd = temporaryFolder();
  await redoubt(cwd, ["certificates"]);
  expect(statSync(join(cwd, "server.key")).mode & 0o077).toBe(0);
});

it("overwrites nothing", async () => {
  const cwd = temporaryFolder({ "ca.pem": "mine" });
  const { exitCode, stderr } = await redoubt(cwd, ["certificates"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("ca.pem cannot be written: it is there already");
  expect(filesBelow(cwd)).toEqual(["ca.pem"]);
});

it("refuses days that are none", async () => {
  const { exitCode, stderr } = await redoubt(temporaryFolder(), ["certificates", "--days", "0"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("`--days 0` is not a whole number from 1 to 3650");
});
