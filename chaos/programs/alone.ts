import { Channel, Server, stub } from "@redoubt/rpc";
import { Echo } from "../../interop/gen/echo_pb.js";
import { callBeside, type EndlessCall } from "../fairness/endless.js";
import { serveCommands } from "../process/commands.js";
import { nextTurn } from "../process/memory.js";

let running = 0;

const server = new Server().add(
  Echo,
  {
    unary: (request) => request,
    async *expand({ text }) {
      running++;
      try {
        while (true) yield { text };
      } finally {
        running--;
      }
    },
    async collect(requests) {
      running++;
      try {
        for await (const _ of requests);
        return {};
      } finally {
        running--;
      }
    },
  },
  { partial: true },
);
const echo = stub(Echo, new Channel(server));

/** A server and its client in one process, without a network between them. */
const commands = {
  callBeside: ({ call, others }: { call: EndlessCall; others: number }) => callBeside(echo, call, others),
  async handlersReturned(): Promise<void> {
    while (running > 0) await nextTurn();
  },
};

export type AloneProgram = typeof commands;
serveCommands(commands);
