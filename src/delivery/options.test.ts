import { expect, it } from "vitest";
import { Channel, DurableClient, Home, Server } from "../index.js";
import { checkOptions } from "../rpc/check-options.js";

// What a compiler would refuse, from programs that have none.
const any = (value: unknown) => value as never;

it("options that are not known are refused, with those that there are", () => {
  const names = { b: true, a: true } as const;
  checkOptions("there", { a: 1, b: 2 }, names);
  checkOptions("there", {}, names);
  expect(() => checkOptions<{ a?: number; b?: number }>("there", any({ c: undefined }), names)).toThrow(
    new TypeError("there: there is no option c, only a, b"),
  );
});

it("homes, servers, channels and durable clients refuse them", async () => {
  await expect(Home.open("/nowhere", any({ expireAfterMs: 1 }))).rejects.toThrow(
    /^Home\.open: there is no option expireAfterMs, only .*expiresAfterMs, /,
  );
  await expect(DurableClient.open("/nowhere", any({ maxKey: 1 }))).rejects.toThrow(
    /^DurableClient\.open: there is no option maxKey, only .*maxKeys, /,
  );
  expect(() => new Server(any({ homes: 1 }))).toThrow(/^Server: there is no option homes, only .*home, /);
  expect(() => new Channel("localhost:1", any({ credential: 1 }))).toThrow(
    /^Channel: there is no option credential, only .*credentials, /,
  );
});

it("a folder, or a promise, in the place of a home or a durable client is refused, with the way out", () => {
  const home = "home: await Home.open(folder)";
  expect(() => new Server(any({ home: "folder" }))).toThrow(new TypeError(`home is a text: write ${home}`));
  expect(() => new Server(any({ home: Promise.resolve() }))).toThrow(
    new TypeError(`home is a promise: write ${home}`),
  );
  expect(() => new Server(any({ home: null }))).toThrow("home is something else");
  const delivery = "delivery: await DurableClient.open(folder)";
  expect(() => new Channel(new Server(), any({ delivery: "folder" }))).toThrow(
    new TypeError(`delivery is a text: write ${delivery}`),
  );
  expect(() => new Channel(new Server(), any({ delivery: Promise.resolve() }))).toThrow(
    new TypeError(`delivery is a promise: write ${delivery}`),
  );
});
