import { compileSources, type Sources } from "../compile.test.util.js";

/** All that is said of a file, or of the last of several: `2:8: what`, or `warning 2:8: what`. Hints are left out. */
export function told(given: string | Sources): string[] {
  const sources = typeof given === "string" ? { "a.proto": given } : given;
  const last = Object.keys(sources).at(-1);
  return compileSources(sources)
    .diagnostics.filter(({ path }) => path === last)
    .map(({ severity, line, column, message }) => {
      const text = `${line}:${column}: ${message}`;
      return severity === "error" ? text : `${severity} ${text}`;
    })
    .sort();
}
