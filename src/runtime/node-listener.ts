import * as net from "node:net";
import { formatAddress } from "./address.js";
import { toPipeError } from "./node-error.js";
import { acceptPipe } from "./node-pipe.js";
import type { AcceptedPipe, Address, Listener } from "./runtime.js";
import { checkDirectory, draftPath, publishSocket, type SocketFile } from "./socket-file.js";
import { nodePath } from "./unix-path.js";

type OnPipe = (pipe: AcceptedPipe) => void;

/** Listens on `address`; rejects with a `PipeError`. The listener keeps the process alive until it is closed. */
export async function listen(address: Address, onPipe: OnPipe): Promise<Listener> {
  try {
    switch (address.kind) {
      case "tcp":
        return await listenTcp(address.host, address.port, onPipe);
      case "unix-abstract":
        return new NodeListener(await bind({ path: nodePath(address) }), address, onPipe);
      case "unix":
        return await listenUnix(address.path, onPipe);
    }
  } catch (error) {
    throw toPipeError(error, `listening on ${formatAddress(address)}`);
  }
}

async function listenTcp(host: string, port: number, onPipe: OnPipe): Promise<Listener> {
  const server = await bind({ host, port });
  const bound = server.address() as net.AddressInfo;
  return new NodeListener(server, { kind: "tcp", host: bound.address, port: bound.port }, onPipe);
}

/** The socket listens under a draft name before it gets its own, so that whoever finds the file finds it alive. */
async function listenUnix(path: string, onPipe: OnPipe): Promise<Listener> {
  const address: Address = { kind: "unix", path };
  nodePath(address);
  checkDirectory(path);
  const draft = draftPath(path);
  const server = await bind({ path: nodePath({ kind: "unix", path: draft }), exclusive: true });
  const listener = new NodeListener(server, address, onPipe);
  try {
    listener.file = await publishSocket(draft, path);
    return listener;
  } catch (error) {
    await listener.close();
    throw error;
  }
}

function bind(where: net.ListenOptions): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
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
  private isClosed = false;

  constructor(server: net.Server, address: Address, onPipe: OnPipe) {
    this.server = server;
    this.address = address;
    server.on("connection", (socket) => onPipe(acceptPipe(socket, address)));
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
