import type { Compilation } from "../../idl/compile.js";
import { pluginRequest } from "../../idl/plugin-request.js";
import type { Diagnostics } from "../../idl/text/diagnostics.js";
import type { Output } from "../outputs.js";
import type { World } from "../world.js";
import { findPlugin } from "./find.js";
import { type Answer, outputsOf } from "./response.js";
import { runPlugin } from "./run.js";

/** What the plugins make of the files asked for; `asked` are values of `--plugin`. They run at the same time. */
export async function pluginOutputs(
  { names, files }: Compilation,
  asked: readonly string[],
  world: World,
  diagnostics: Diagnostics,
): Promise<Output[]> {
  const plugins = asked.flatMap((each) => findPlugin(each, world, diagnostics) ?? []);
  if (diagnostics.errorCount > 0) return [];
  const answers = await Promise.all(
    plugins.map(async (plugin): Promise<Answer | undefined> => {
      const response = await runPlugin(plugin, pluginRequest(names, files, plugin.parameter), world);
      if (!("failure" in response)) return { plugin: plugin.name, response };
      diagnostics.fileError("", `${plugin.name} ${response.failure}`, response.hint);
      return undefined;
    }),
  );
  const generated = new Set(names);
  return outputsOf(
    answers.filter((answer) => answer !== undefined),
    files.filter(({ name }) => generated.has(name)),
    diagnostics,
  );
}
