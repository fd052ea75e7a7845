/** The client process: calls one peer's server, each call once. */
import { Channel, Credentials, stub } from "@redoubt/rpc";
import { Durable } from "../gen/durable_pb.js";
import { answerParent } from "../rpc/answer.js";
import { Latencies } from "../rpc/latencies.js";
import type { Exchange } from "../rpc/load.js";
import { measureExchanges } from "../rpc/measure-exchanges.js";
import type { ClientQuestions } from "./questions.js";
import { REDOUBT } from "./scenarios.js";

const BODY_BYTES = 16;

const latencies = new Latencies(1 << 21);
let exchange: Exchange | undefined;
let outstanding = 0;

answerParent<ClientQuestions>({
  async connect(question) {
    const channel = new Channel(`dns:///${question.address}`, { credentials: Credentials.insecure() });
    exchange = exchangeBy(stub(Durable, channel), question.peer);
    outstanding = question.outstanding;
    return {};
  },

  async round(times) {
    return await measureExchanges(exchange!, { ...times, outstanding, bodyBytes: BODY_BYTES, latencies });
  },
});

function exchangeBy(durable: ReturnType<typeof stub<typeof Durable>>, peer: string): Exchange {
  if (peer === REDOUBT) return async (body) => (await durable.put({ body })).body;
  let calls = 0;
  return async (body) => (await durable.putOnce({ key: `${process.pid}-${calls++}`, body })).body;
}
