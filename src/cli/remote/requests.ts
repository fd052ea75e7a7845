import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { systemErrorText } from "../../runtime/node-files.js";
import { UsageError, type World } from "../world.js";
import { JsonValues } from "./json-values.js";

/**
 * The JSON values that DATA of `redoubt call` stands for, each as soon as it is there: `-` is the standard input,
 * `@path` a file, all else the JSON itself.
 * @throws UsageError on what is no JSON, or cannot be read
 */
export async function* requestValues(data: string, world: World): AsyncGenerator<unknown> {
  const values = new JsonValues();
  if (!/^(@|-$)/.test(data)) yield* values.push(data);
  else {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    for await (const chunk of data === "-" ? world.stdin.chunks : fileChunks(data.slice(1), world))
      yield* values.push(text(() => decoder.decode(chunk, { stream: true })));
    yield* values.push(text(() => decoder.decode()));
  }
  yield* values.end();
}

/** The one value of a method that takes one message; none is an empty message. @throws UsageError where there are more */
export async function onlyValue(values: AsyncIterable<unknown>, methodName: string): Promise<unknown> {
  const all: unknown[] = [];
  for await (const value of values) {
    all.push(value);
    if (all.length > 1) throw new UsageError(`\`${methodName}\` takes one message, and DATA has more`);
  }
  return all.length === 0 ? {} : all[0];
}

async function* fileChunks(path: string, world: World): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(resolve(world.cwd, path));
  } catch (error) {
    throw new UsageError(`cannot read \`${path}\`: ${systemErrorText(error)}`);
  }
}

function text(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw new UsageError("DATA is not text in UTF-8");
  }
}
