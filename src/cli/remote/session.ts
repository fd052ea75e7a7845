import { resolve } from "node:path";
import type { CallOptions } from "../../client/call-options.js";
import { Channel } from "../../delivery/channel.js";
import { parseTarget } from "../../names/target.js";
import { Credentials } from "../../rpc/credentials.js";
import { RpcError } from "../../rpc/error.js";
import type { Status } from "../../rpc/status.js";
import { ExitCode, UsageError, type World } from "../world.js";
import { connectionHint } from "./connection-hint.js";
import { durationMs } from "./duration.js";
import type { Interface } from "./interface.js";
import { metadataEntry } from "./metadata-option.js";
import { ReflectedInterface } from "./reflected-interface.js";
import { reportError } from "./report-error.js";

/** What all commands that speak with a server are told. */
export interface TargetOptions {
  readonly target: string;
  readonly plaintext?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  /** `name:value` each. */
  readonly header: readonly string[];
  /** Such as `5s`. */
  readonly timeout?: string;
  /** Where the interface is written; by default the server is asked. */
  readonly proto?: string;
  readonly include: readonly string[];
  readonly json?: boolean;
}

/** A conversation with one server. */
export interface Session {
  readonly channel: Channel;
  readonly interface: Interface;
  /** Of calls that answer quickly, or never: they have a deadline also where none was asked for. */
  readonly quickly: CallOptions;
  /** Of calls that may take their time. */
  readonly patiently: CallOptions;
}

/** Whoever asks what a server knows by heart does not want to wait longer, unless it says so. */
const QUICK_MS = 10_000;

/** A little more than the five minutes that servers of gRPC ask for: who answers no more is noticed after it. */
const KEEPALIVE_MS = 310_000;

/** As much as a person could want to see; what a call for programs needs has its own limits. */
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/** What can be done about a call that failed with such a code. */
export type Hints = Readonly<Partial<Record<Status, string>>>;

/** Speaks with a server, and tells what went wrong with that. @throws CommandError */
export async function withServer(
  options: TargetOptions,
  world: World,
  work: (session: Session) => Promise<ExitCode>,
  hints: Hints = {},
): Promise<ExitCode> {
  const { proto, include, json } = options;
  const patiently = {
    metadata: options.header.map(metadataEntry),
    timeoutMs: options.timeout === undefined ? undefined : durationMs(options.timeout),
    signal: world.stop,
  };
  const quickly = { ...patiently, timeoutMs: patiently.timeoutMs ?? QUICK_MS };
  const channel = openChannel(options, world);
  let known: Interface = new ReflectedInterface(channel, quickly);
  try {
    if (proto !== undefined) {
      const { writtenInterface } = await import("./written-interface.js");
      known = await writtenInterface(proto, include, world);
    }
    return await work({ channel, interface: known, quickly, patiently });
  } catch (error) {
    // Who has ended the command knows why.
    if (world.stop.aborted && !(error instanceof UsageError)) return ExitCode.FAILED;
    if (!RpcError.is(error)) throw error;
    const hint = hints[error.code] ?? connectionHint(error, options, isPlaintext(options));
    return reportError(error, { json, known, hint }, world);
  } finally {
    world.stdin.close();
    await channel.close();
  }
}

function openChannel(options: TargetOptions, world: World): Channel {
  try {
    return new Channel(options.target, {
      credentials: credentialsFrom(options, world),
      maxReceiveMessageBytes: ANSWER_BYTES_MAX,
      keepalive: { timeMs: KEEPALIVE_MS },
      userAgent: "redoubt-cli",
    });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

/** TLS, unless it is refused by name, or the target is a socket of this machine. */
function credentialsFrom(options: TargetOptions, { cwd }: World): Credentials {
  const { ca, cert, key, serverName } = options;
  const asksForTls = [ca, cert, key, serverName].some((option) => option !== undefined);
  if (options.plaintext && asksForTls)
    throw new UsageError("--plaintext and the options of TLS exclude each other");
  if (isPlaintext(options)) return Credentials.insecure();
  if ((cert === undefined) !== (key === undefined))
    throw new UsageError(
      "--cert and --key go together",
      "a client's certificate is of use only with its key",
    );
  const file = (path: string | undefined) => (path === undefined ? undefined : resolve(cwd, path));
  return Credentials.tls({ caFile: file(ca), certFile: file(cert), keyFile: file(key), serverName });
}

/** The options that a command needs to reach the same server in the same way. */
export function connectionArguments({ plaintext, ca, cert, key, serverName }: TargetOptions): string {
  const files = { "--ca": ca, "--cert": cert, "--key": key, "--server-name": serverName };
  const given = Object.entries(files).filter(([, value]) => value !== undefined);
  return [...(plaintext ? ["--plaintext"] : []), ...given.flat()].map((word) => ` ${word}`).join("");
}

/** Whether nothing is encrypted: by name, or since it stays on this machine. */
export function isPlaintext({ target, plaintext, ca, cert, key, serverName }: TargetOptions): boolean {
  if (plaintext) return true;
  const asksForTls = [ca, cert, key, serverName].some((option) => option !== undefined);
  return !asksForTls && isLocalSocket(target);
}

function isLocalSocket(target: string): boolean {
  const parsed = parseTarget(target);
  return parsed.kind === "addresses" && parsed.addresses.every(({ kind }) => kind !== "tcp");
}
