import { beforeAll, describe, expect, it } from "vitest";
import { Credentials } from "../../rpc/credentials.js";
import { type Certificate, makeCertificate } from "../certificates/certificate.js";
import { redoubt, temporaryFolder } from "../world.test.util.js";
import { startLab } from "./lab.test.util.js";

const DAY_MS = 86_400_000;
const validity = { validFrom: new Date(Date.now() - DAY_MS), validTo: new Date(Date.now() + DAY_MS) };

let files: Record<string, string>;
let credentials: Record<"server" | "mutual", Credentials>;

beforeAll(() => {
  const authority = makeCertificate({ commonName: "Lab CA", use: "authority", ...validity });
  const other = makeCertificate({ commonName: "Other CA", use: "authority", ...validity });
  const issue = (use: "server" | "client", names: string[]): Certificate =>
    makeCertificate({ commonName: "lab", use, names, ...validity }, authority);
  const server = issue("server", ["lab.example", "127.0.0.1"]);
  const client = issue("client", []);
  files = {
    "ca.pem": authority.cert,
    "other.pem": other.cert,
    "client.pem": client.cert,
    "client.key": client.key,
  };
  const { cert, key } = server;
  credentials = {
    server: Credentials.tls({ cert, key }),
    mutual: Credentials.tls({ cert, key, ca: authority.cert, clientCertificate: "require" }),
  };
});

describe("a server with TLS", () => {
  it.each<
    [kind: "server" | "mutual" | "plaintext", host: string, args: string, exitCode: number, said: RegExp]
  >([
    ["server", "127.0.0.1", "--ca ca.pem", 0, /^$/],
    ["server", "localhost", "--ca ca.pem --server-name lab.example", 0, /^$/],
    ["mutual", "127.0.0.1", "--ca ca.pem --cert client.pem --key client.key", 0, /^$/],
    [
      "server",
      "127.0.0.1",
      "",
      114,
      /is not known.*\n {2}outcome: not-executed\n {2}hint: trust its issuer with --ca FILE\n$/,
    ],
    ["server", "127.0.0.1", "--ca other.pem", 114, /\n {2}hint: other.pem does not hold its issuer: .*\n$/],
    [
      "server",
      "localhost",
      "--ca ca.pem",
      114,
      /not for localhost.*\n.*\n {2}hint: say whose certificate it has to be with --server-name NAME\n$/,
    ],
    [
      "mutual",
      "127.0.0.1",
      "--ca ca.pem",
      114,
      /\n {2}hint: show the certificate that the server accepts with --cert FILE --key FILE\n$/,
    ],
    [
      "plaintext",
      "127.0.0.1",
      "",
      114,
      /does not speak TLS.*\n.*\n {2}hint: add --plaintext if the server is meant to speak without TLS\n$/,
    ],
    [
      "server",
      "127.0.0.1",
      "--plaintext",
      114,
      /\n {2}hint: leave out --plaintext if the server speaks TLS\n$/,
    ],
    ["server", "127.0.0.1", "--cert client.pem", 2, /^redoubt: --cert and --key go together\n/],
    ["server", "127.0.0.1", "--ca none.pem", 2, /^redoubt: .*none\.pem.*no such file or directory/],
    ["server", "127.0.0.1", "--ca client.key", 2, /^redoubt: .*client\.key/],
  ])("%s at %s with %j ends with %i", async (kind, host, args, exitCode, said) => {
    const lab = await startLab(kind === "plaintext" ? {} : { credentials: credentials[kind] });
    const target = `${host}:${lab.address.split(":")[1]}`;
    const words = args.split(" ").filter((word) => word !== "");
    const result = await redoubt(temporaryFolder(files), [
      "call",
      target,
      "Lab/Echo",
      '{"name":"x"}',
      ...words,
    ]);
    expect(result.stderr).toMatch(said);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout).toBe(exitCode === 0 ? '{"name":"x"}\n' : "");
  });
});
