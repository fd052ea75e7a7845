import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { preparePython } from "../python/python-environment.js";
import type { CertificateFiles } from "./certificates.js";
import {
  GO_CLIENT_LACKS,
  GO_SERVER_LACKS,
  GRPC_JS_SERVER_LACKS,
  PYTHON_CLIENT_LACKS,
  PYTHON_SERVER_LACKS,
} from "./lacks.js";
import type { Peer } from "./peer.js";
import { type Command, flagsFrom, runCases, runEachCase, startServer, targetFlags } from "./program.js";
import { startTokenService } from "./token-service.js";

const BUILD = fileURLToPath(new URL("../../", import.meta.url));
const GO_MODULE = "google.golang.org/grpc/interop";
const GO_INSTALL_MS_MAX = 300_000;

/** Redoubt itself, which is one end of every pair. */
export function redoubtPeer(certificates: CertificateFiles): Peer {
  return {
    name: "Redoubt",
    clientLacks: {},
    serverLacks: {},
    ...programs(nodeProgram("interop/client.js"), nodeProgram("interop/server.js"), certificates),
  };
}

/** gRPC for Node, by way of programs of ours. */
export function grpcJsPeer(certificates: CertificateFiles): Peer {
  const [client, server] = ["client", "server"].map((side) => nodeProgram(`interop/grpc-js/${side}.js`));
  return {
    name: "grpc-js",
    clientLacks: {},
    serverLacks: GRPC_JS_SERVER_LACKS,
    sendsCredentialsInPlaintext: true,
    seesSizesAlone: true,
    ...programs(client!, server!, certificates),
  };
}

/** gRPC for Python, by way of programs of ours. @throws where there is neither grpcio nor a way to install it */
export async function pythonPeer(certificates: CertificateFiles): Promise<Peer> {
  const { python, generated, interopClientScript, interopServerScript } = await preparePython();
  const [client, server] = [interopClientScript, interopServerScript].map((script) => ({
    command: python,
    args: [script, "--generated", generated],
  }));
  return {
    name: "Python",
    clientLacks: PYTHON_CLIENT_LACKS,
    serverLacks: PYTHON_SERVER_LACKS,
    seesSizesAlone: true,
    ...programs(client!, server!, certificates),
  };
}

/** gRPC's own programs for Go, installed into build/ where they are missing. @throws where Go is */
export async function goPeer(certificates: CertificateFiles): Promise<Peer> {
  const folder = join(BUILD, "grpc-go");
  const [client, server] = await Promise.all(
    ["client", "server"].map(async (program) => ({ command: await installedGo(folder, program), args: [] })),
  );
  const tokens = flagsFrom({ ...(await startTokenService(folder)) });
  // It says where it listens in its log.
  const logged = { lines: "stderr", env: { GRPC_GO_LOG_SEVERITY_LEVEL: "info" } } as const;
  return {
    name: "Go",
    clientLacks: GO_CLIENT_LACKS,
    serverLacks: GO_SERVER_LACKS,
    serve: (security) => startServer(server!, security, certificates, logged),
    run: (cases, port, security, report) =>
      runEachCase(client!, cases, [...targetFlags(port, security, certificates), ...tokens], report),
  };
}

function programs(
  client: Command,
  server: Command,
  certificates: CertificateFiles,
): Pick<Peer, "serve" | "run"> {
  return {
    serve: (security) => startServer(server, security, certificates),
    run: (cases, port, security, report) =>
      runCases(client, cases, targetFlags(port, security, certificates), report),
  };
}

function nodeProgram(path: string): Command {
  return { command: process.execPath, args: [join(BUILD, path)] };
}

async function installedGo(folder: string, program: string): Promise<string> {
  const installed = join(folder, program);
  if (existsSync(installed)) return installed;
  const env = { ...process.env, GOBIN: folder };
  const limits = { timeout: GO_INSTALL_MS_MAX, killSignal: "SIGKILL" } as const;
  await promisify(execFile)("go", ["install", `${GO_MODULE}/${program}@latest`], { env, ...limits });
  return installed;
}
