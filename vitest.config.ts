import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const alias = { "@redoubt/rpc": fileURLToPath(new URL("./src/index.ts", import.meta.url)) };

export default defineConfig({
  test: {
    testTimeout: 20_000,
    projects: [
      {
        resolve: { alias },
        test: { name: "unit", include: ["{src,examples,bench,interop,chaos}/**/*.test.ts"], testTimeout: 20_000 },
      },
      { test: { name: "checks", include: ["checks/**/*.test.ts"], testTimeout: 60_000 } },
    ],
  },
});
