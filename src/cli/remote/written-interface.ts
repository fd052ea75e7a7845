import type { FileRegistry } from "@bufbuild/protobuf";
import { Diagnostics } from "../../idl/text/diagnostics.js";
import { nodeFiles } from "../../runtime/node-files.js";
import { checkedIncludes } from "../inputs.js";
import { loadVersion } from "../interface-version.js";
import { printDiagnostics } from "../report.js";
import { CommandError, ExitCode, type World } from "../world.js";
import type { Interface } from "./interface.js";

/**
 * An interface from `.proto` files or a descriptor set.
 * @throws CommandError where it has errors, which are printed
 */
export async function writtenInterface(
  path: string,
  include: readonly string[],
  world: World,
): Promise<Interface> {
  const problems = new Diagnostics();
  const includes = checkedIncludes(nodeFiles(world.cwd), include, problems);
  const { version, diagnostics } = await loadVersion(path, includes, world);
  printDiagnostics([...problems.all, ...diagnostics], world);
  if (version === undefined || problems.errorCount > 0)
    throw new CommandError(ExitCode.FAILED, `the interface in \`${path}\` cannot be used`);
  const { registry, isImported } = version;
  return interfaceOf(registry, isImported);
}

function interfaceOf(registry: FileRegistry, isImported: (name: string) => boolean): Interface {
  const names: string[] = [];
  for (const type of registry)
    if (type.kind === "service" && !isImported(type.file.proto.name)) names.push(type.typeName);
  return {
    serviceNames: async () => names.sort(),
    registryWith: async (name) => (registry.get(name) === undefined ? undefined : registry),
  };
}
