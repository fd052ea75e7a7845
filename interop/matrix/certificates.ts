import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CertificateFiles } from "./program.js";

const FOLDER = fileURLToPath(new URL("../../certificates", import.meta.url));

export function certificateFiles(): CertificateFiles {
  return {
    ca_file: join(FOLDER, "ca.pem"),
    tls_cert_file: join(FOLDER, "server1.pem"),
    tls_key_file: join(FOLDER, "server1.key"),
  };
}
