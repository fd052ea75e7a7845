/**
 * Makes the generated code anew, with the command as it was built: npm run generate. With a folder as its argument,
 * below that folder instead of in its place.
 */
import { execFileSync } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Folders with `.proto` files, and where their code goes; `root` is where imports begin, if not there. */
const GENERATED = [
  { from: "chaos/proto", out: "chaos/gen", options: ["--erasable-syntax"] },
  { from: "examples/directories", out: "examples/directories/gen", options: [] },
  { from: "bench/proto", out: "bench/gen", options: ["--erasable-syntax"] },
  {
    from: "proto/redoubt/delivery.proto",
    root: "proto",
    out: "bench/gen",
    options: ["--erasable-syntax"],
  },
  { from: "interop/proto", out: "interop/gen", options: ["--erasable-syntax"] },
  { from: "proto/redoubt", root: "proto", out: "src/rpc/gen", options: ["--erasable-syntax"] },
  { from: "proto/google", root: "proto", out: "src/rpc/gen", options: ["--erasable-syntax"] },
  { from: "proto/grpc", root: "proto", out: "src/services/gen", options: ["--erasable-syntax"] },
];

const repository = dirname(dirname(fileURLToPath(import.meta.url)));
const target = resolve(process.argv[2] ?? repository);
for (const { from, root = from, out, options } of GENERATED) {
  const args = ["generate", from, "--include", root, "--out", join(target, out), ...options];
  execFileSync(process.execPath, [join(repository, "dist/cli.js"), ...args], {
    cwd: repository,
    stdio: "inherit",
  });
}
