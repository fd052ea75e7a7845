import * as net from "node:net";
import { formatAddress } from "./address.js";
import { toPipeError } from "./node-error.js";
import { acceptPipe } from "./node-pipe.js";
import { TlsGate } from "./node-tls-gate.js";
import type { AcceptedPipe, Address, Listener } from "./runtime.js";
import { checkDirectory, draftPath, publishSocket, type SocketFile } from "./socket-file.js";
import type { TlsServerSettings } from "./tls.js";
import { nodePath } from "./unix-path.js";

/** What becomes of connections. */
interface Accepting {
  readonly onPipe: (pipe: AcceptedPipe) => void;
  readonly security: TlsServerSettings | undefined;
}

/** Listens on `address`; rejects with a `PipeError`. The listener keeps the process alive until it is closed. */
export async function listen(
  address: Address,
  onPipe: (pipe: AcceptedPipe) => void,
  security?: TlsServerSettings,
): Promise<Listener> {
  const accepting = { onPipe, security };
  try {
    switch (address.kind) {
      case "tcp":
        return await listenTcp(address.host, address.port, accepting);
      case "unix-abstract":
        return new NodeListener(await bind({ path: nodePath(address) }, accepting), address, accepting);
      case "unix":
        return await listenUnix(address.path, accepting);
    }
  } catch (error) {
    throw toPipeError(error, `listening on ${formatAddress(address)}`);
  }
}

async function listenTcp(host: string, port: number, accepting: Accepting): Promise<Listener> {
  const server = await bind({ host, port }, accepting);
  const bound = server.address() as net.AddressInfo;
  return new NodeListener(server, { kind: "tcp", host: bound.address, port: bound.port }, accepting);
}

/** The socket listens under a draft name before it gets its own, so that whoever finds the file finds it alive. */
async function listenUnix(path: string, accepting: Accepting): Promise<Listener> {
  const address: Address = { kind: "unix", path };
  nodePath(address);
  checkDirectory(path);
  const draft = draftPath(path);
  const server = await bind({ path: nodePath({ kind: "unix", path: draft }), exclusive: true }, accepting);
  const listener = new NodeListener(server, address, accepting);
  try {
    listener.file = await publishSocket(draft, path);
    return listener;
  } catch (error) {
    await listener.close();
    throw error;
  }
}

function bind(where: net.ListenOptions, { security }: Accepting): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    // A handshake reads from the start, and ends when the client does.
    const isPlain = security === undefined;
    const server = net.createServer({ allowHalfOpen: isPlain, pauseOnConnect: isPlain, noDelay: true });
    server.once("error", reject);
    server.listen({ ...where, backlog: BACKLOG }, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

/** Connections that may wait to be accepted: as many as Linux allows by default, for the rush after a restart. */
const BACKLOG = 4096;

class NodeListener implements Listener {
  readonly address: Address;
  /** Ours to remove; none with TCP and abstract names. */
  file: SocketFile | undefined;
  private readonly server: net.Server;
  private readonly gate: TlsGate | undefined;
  private isClosed = false;

  constructor(server: net.Server, address: Address, { onPipe, security }: Accepting) {
    this.server = server;
    this.address = address;
    const gate = security && new TlsGate(security, address, onPipe);
    this.gate = gate;
    if (gate === undefined) server.on("connection", (socket) => onPipe(acceptPipe(socket, address)));
    else server.on("connection", (socket) => gate.accept(socket));
    this.warnOfLostConnections();
  }

  /**
   * The file goes while the socket still listens: as long as it does nobody replaces the file, so it cannot be
   * another server's. One that we may not remove stays, and the next server replaces it.
   */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.file?.remove();
    this.server.close();
    this.gate?.close();
  }

  /** Errors of accepting, as too many open files: the listener lives on, and without a word nobody would know. */
  private warnOfLostConnections(): void {
    let isWarned = false;
    this.server.on("error", (error) => {
      if (isWarned) return;
      isWarned = true;
      process.emitWarning(toPipeError(error, `accepting on ${formatAddress(this.address)}`));
    });
  }
}
