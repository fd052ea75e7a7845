/**
 * Makes the generated code anew, with the command as it was built: npm run generate. With a folder as its argument,
 * below that folder instead of in its place.
 */
import { execFileSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Folders with `.proto` files, and where their code goes. */
const GENERATED = [
  { from: "examples/directories", out: "examples/directories/gen", options: [] },
  { from: "bench/proto", out: "bench/gen", options: ["--erasable-syntax"] },
  { from: "interop/proto", out: "interop/gen", options: ["--erasable-syntax"] },
  { from: "proto", out: "src/rpc/gen", options: ["--erasable-syntax"] },
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = resolve(process.argv[2] ?? root);
for (const { from, out, options } of GENERATED) {
  const args = ["generate", from, "--include", from, "--out", join(target, out), ...options];
  execFileSync(process.execPath, [join(root, "dist/cli.js"), ...args], { cwd: root, stdio: "inherit" });
}
