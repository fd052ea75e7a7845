import type { DescEnum, DescExtension, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";

/** Where a part of a file stands, and what follows from that. */
export interface Place {
  /** Where `SourceCodeInfo` finds it: the path in the file's descriptor, joined with dots. */
  readonly path: string;
  /** Whether its doc comment says so. */
  readonly isDeprecated: boolean;
}

/** The place of something with a constant of its own. It is deprecated if something around it is. */
export interface OwnPlace extends Place {
  /** Where protobuf-es finds it: indices into `messages`, `nestedMessages` and so on. Map entries do not count. */
  readonly indices: readonly number[];
}

export interface Declaration extends OwnPlace {
  readonly desc: DescMessage | DescEnum | DescService | DescExtension;
}

/**
 * All that a file declares, in the order in which it is emitted: a message before what is nested in it; of what stands
 * side by side, messages, enums, services, extensions.
 */
export function declarationsIn(file: DescFile): Declaration[] {
  const found: Declaration[] = [];
  const { proto } = file;
  const top: Scope = { indices: [], prefix: "", isDeprecated: file.deprecated };
  addMessages(found, top, 4, file.messages, proto.messageType);
  add(found, top, 5, file.enums);
  add(found, top, 6, file.services);
  add(found, top, 7, file.extensions);
  return found;
}

interface Scope {
  readonly indices: readonly number[];
  /** The path's beginning, with a dot behind it where it is not empty. */
  readonly prefix: string;
  readonly isDeprecated: boolean;
}

function addMessages(
  found: Declaration[],
  scope: Scope,
  fieldNumber: number,
  messages: readonly DescMessage[],
  protos: readonly DescMessage["proto"][],
): void {
  let protoIndex = 0;
  messages.forEach((desc, index) => {
    while (protos[protoIndex] !== desc.proto) protoIndex++;
    const path = `${scope.prefix}${fieldNumber}.${protoIndex}`;
    const indices = [...scope.indices, index];
    const isDeprecated = scope.isDeprecated || desc.deprecated;
    found.push({ desc, indices, path, isDeprecated });
    const inner = { indices, prefix: `${path}.`, isDeprecated };
    addMessages(found, inner, 3, desc.nestedMessages, desc.proto.nestedType);
    add(found, inner, 4, desc.nestedEnums);
    add(found, inner, 6, desc.nestedExtensions);
  });
}

function add(
  found: Declaration[],
  { indices, prefix, isDeprecated }: Scope,
  fieldNumber: number,
  descs: readonly (DescEnum | DescService | DescExtension)[],
): void {
  descs.forEach((desc, index) => {
    found.push({
      desc,
      indices: [...indices, index],
      path: `${prefix}${fieldNumber}.${index}`,
      isDeprecated: isDeprecated || desc.deprecated,
    });
  });
}
