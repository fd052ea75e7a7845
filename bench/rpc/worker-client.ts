/** The client process: puts one peer's server under a load, or holds connections to it. */
import type { Peer, PeerClient } from "../peers/peer.js";
import { loadPeer } from "../peers/registry.js";
import { answerParent } from "./answer.js";
import { checkSameBytes, patternBody } from "./bodies.js";
import { Latencies } from "./latencies.js";
import { type Exchange, type RoundTimes, streamLoop } from "./load.js";
import { measureExchanges } from "./measure-exchanges.js";
import type { ClientQuestions, RoundResult } from "./questions.js";
import type { Load } from "./scenarios.js";

/** Enough for a million calls a second over a round of two seconds: 16 MiB. */
const LATENCY_CAPACITY = 1 << 21;

/** Connections that are being opened at the same time: below any listen backlog. */
const OPENING_COUNT_MAX = 32;

const openClients: PeerClient[] = [];
let runRound: ((times: RoundTimes) => Promise<RoundResult>) | undefined;

answerParent<ClientQuestions>({
  async connect({ peer, address, load }) {
    runRound = await prepare(await loadPeer(peer), address, load);
    return {};
  },

  async round(times) {
    return await runRound!(times);
  },

  async open({ peer, address, count }) {
    const { connect } = await loadPeer(peer);
    let remaining = count;
    const opener = async () => {
      while (remaining > 0) {
        remaining--;
        const client = connect(address);
        openClients.push(client);
        await echoOnce(client.echo);
      }
    };
    await Promise.all(Array.from({ length: OPENING_COUNT_MAX }, opener));
    return {};
  },
});

/** Connects for `load`, tries it out, and gives the function that runs a round of it. */
async function prepare(
  peer: Peer,
  address: string,
  load: Load,
): Promise<(times: RoundTimes) => Promise<RoundResult>> {
  const latencies = new Latencies(LATENCY_CAPACITY);
  switch (load.kind) {
    case "unary": {
      const client = peer.connect(address);
      return (times) => measureExchanges(client.echo, { ...times, ...load, latencies });
    }
    case "real-unary": {
      await checkServerIntercepts(peer, address);
      const client = peer.connectReal(address);
      let calls = 0;
      const exchange: Exchange = (body) =>
        client.echo(body, {
          timeoutMs: 10_000,
          signal: new AbortController().signal,
          metadata: {
            "x-tenant": "redoubt-bench",
            "x-client-version": "1.2.3",
            "x-request-id": `request-${calls++}`,
          },
        });
      return async (times) => {
        const result = await measureExchanges(exchange, { ...times, ...load, latencies });
        if (client.interceptedCalls() !== calls) {
          throw new Error(`the client's interceptor saw ${client.interceptedCalls()} of ${calls} calls`);
        }
        return result;
      };
    }
    case "server-stream": {
      const client = peer.connect(address);
      return async (times) => ({
        perSecond: await streamLoop(client.produce, { ...times, ...load }),
        p50Ms: null,
        p99Ms: null,
      });
    }
    case "ping-pong": {
      const client = peer.connect(address);
      return async (times) => {
        const stream = client.pingPong();
        const options = { ...times, ...load, outstanding: 1, latencies };
        const result = await measureExchanges(stream.exchange, options);
        await stream.close();
        return result;
      };
    }
    default:
      return load satisfies never;
  }
}

/** A call without the metadata that a real server's interceptor wants must fail: or else there is no interceptor. */
async function checkServerIntercepts(peer: Peer, address: string): Promise<void> {
  const plain = peer.connect(address);
  const answered = await echoOnce(plain.echo).then(
    () => true,
    () => false,
  );
  if (answered) throw new Error("the server's interceptor let a call without metadata pass");
}

async function echoOnce(echo: Exchange): Promise<void> {
  const body = patternBody(16);
  checkSameBytes(await echo(body), body);
}
