import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: { "@redoubt/rpc": fileURLToPath(new URL("./src/index.ts", import.meta.url)) },
  },
  test: {
    include: ["{src,examples,bench,checks}/**/*.test.ts"],
    testTimeout: 20_000,
  },
});
