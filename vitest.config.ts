import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));
const alias = [
  { find: /^@redoubt\/rpc$/, replacement: source("index.ts") },
  { find: /^@redoubt\/rpc\/errors$/, replacement: source("rpc/errors.ts") },
  { find: /^@redoubt\/rpc\/options$/, replacement: source("rpc/gen/redoubt/options_pb.ts") },
  { find: /^@redoubt\/rpc\/services$/, replacement: source("services/index.ts") },
];

/** Where to write the results as JSON as well, if anywhere. */
const report = process.env.TEST_REPORT;

export default defineConfig({
  test: {
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["{src,examples,bench,interop,chaos,corpus}/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        // They look at what `npm run build` made, too.
        test: { name: "checks", include: ["checks/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
});
