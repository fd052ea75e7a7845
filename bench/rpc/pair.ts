import { Child } from "./child.js";
import type { Cores } from "./cores.js";
import type { ClientQuestions, ServerQuestions } from "./questions.js";

/** Starting a server or connecting a client takes at most so long. */
const START_TIMEOUT_MS = 15_000;

/** One peer's server and client, a process each. */
export class Pair {
  readonly peer: string;
  readonly server: Child<ServerQuestions>;
  readonly client: Child<ClientQuestions>;

  constructor(peer: string, cores: Cores) {
    this.peer = peer;
    this.server = new Child(`${peer}'s server`, "./worker-server.js", cores.server);
    this.client = new Child(`${peer}'s client`, "./worker-client.js", cores.client);
  }

  /** Starts the server; resolves with its address, `host:port`. */
  async serve(options: { realCalls: boolean }): Promise<string> {
    const { address } = await this.server.ask("serve", { peer: this.peer, ...options }, START_TIMEOUT_MS);
    return address;
  }

  /** Connects the client for a load. */
  async connect(options: Omit<ClientQuestions["connect"]["question"], "peer">): Promise<void> {
    await this.client.ask("connect", { peer: this.peer, ...options }, START_TIMEOUT_MS);
  }

  /** Ends both processes; resolves once they are gone. */
  async kill(): Promise<void> {
    await Promise.all([this.server.kill(), this.client.kill()]);
  }
}
