/** A process with a home that remembers many sessions and answers, and looks at its own heap. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Channel, Home, journaled, Server, Status, stub, toBinary } from "@redoubt/rpc";
import { Durable } from "../gen/durable_pb.js";
import { Delivery, type Session } from "../gen/redoubt/delivery_pb.js";
import { answerParent } from "../rpc/answer.js";
import type { MemoryQuestions } from "./questions.js";

/** Calls under way at a time. */
const OUTSTANDING = 256;

answerParent<MemoryQuestions>({
  async measure({ folder, count }) {
    const homeUnderTest = await Home.open(join(folder, "journal"), {
      maxSessions: count,
      maxRememberedBytes: Number.MAX_SAFE_INTEGER,
    });
    const server = new Server({ home: homeUnderTest });
    server.add(
      Durable,
      { put: journaled(({ body }: { body: Uint8Array }) => ({ body })) },
      { partial: true },
    );
    const channel = new Channel(server);
    const delivery = stub(Delivery, channel);

    const emptyBytes = heapBytes();
    const sessions: Session[] = [];
    await forEach(count, async () => {
      const { session } = await delivery.open({ nonce: randomBytes(16) });
      sessions.push(session!);
    });
    const openedBytes = heapBytes();
    const path = `/${Durable.typeName}/${Durable.method.put.name}`;
    const request = toBinary(Durable.method.put.input, { body: randomBytes(16) });
    await forEach(count, async (index) => {
      const { home, client, incarnation, mark } = sessions[index]!;
      const callField = `${home}.${client}.${incarnation}.1.1.${mark}`;
      const { code, message } = await homeUnderTest.deliver({ path, callField, principal: "", request })
        .reply;
      if (code !== Status.OK) throw new Error(message);
    });
    const calledBytes = heapBytes();
    return { client: (openedBytes - emptyBytes) / count, call: (calledBytes - openedBytes) / count };
  },
});

async function forEach(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: OUTSTANDING }, worker));
}

function heapBytes(): number {
  globalThis.gc!();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
