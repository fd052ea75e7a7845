/** One file for the program to load: a hundred small modules take longer to open than to run. Types come from tsc. */
export default {
  input: "src/index.ts",
  external: [/^@bufbuild\//, /^node:/],
  platform: "node",
  logLevel: "warn",
  output: { file: "dist/redoubt.js", format: "esm" },
};
