import type {
  AnyDesc,
  DescEnum,
  DescExtension,
  DescField,
  DescFile,
  DescMessage,
  DescService,
  FileRegistry,
} from "@bufbuild/protobuf";
import type { Place } from "./finding.js";
import { groupBy } from "./group-by.js";
import { createPlaces } from "./places.js";

/** What a message's data is made of. */
export type Member = DescField | DescExtension;

/** What has a full name that others know it by. */
export type NamedType = DescMessage | DescEnum | DescService;

/** A version of an interface. The registry has all files that its files import. */
export interface InterfaceVersion {
  readonly registry: FileRegistry;
  /**
   * Tells of a file by its name whether it is there only because others import it: then what is in it counts as far as
   * others use it. The well-known types and `redoubt/options.proto` never count.
   */
  isImported(fileName: string): boolean;
}

/** A version, looked through. */
export interface Version {
  readonly registry: FileRegistry;
  /** Without the built-in files, which are the same for everybody. */
  readonly types: readonly NamedType[];
  /** Messages and enums that travel in requests. */
  readonly requests: ReadonlySet<DescMessage | DescEnum>;
  /** Messages and enums that travel in responses. */
  readonly responses: ReadonlySet<DescMessage | DescEnum>;
  /** Whether something is part of the interface itself, not only imported by it. */
  isOwn(desc: NamedType): boolean;
  /** A message's fields and all its known extensions, by number. */
  membersOf(message: DescMessage): ReadonlyMap<number, Member>;
  placeOf(desc: AnyDesc): Place;
}

export function createVersion(version: InterfaceVersion): Version {
  const { registry } = version;
  const files = [...registry.files].filter((file) => !isBuiltIn(file));
  const membersOf = memberLookup(registry);
  const services = files.flatMap((file) => file.services);
  const methods = services.flatMap((service) => service.methods);
  return {
    registry,
    types: [...registry].filter((type) => type.kind !== "extension").filter(({ file }) => !isBuiltIn(file)),
    requests: reach(
      methods.map(({ input }) => input),
      membersOf,
    ),
    responses: reach(
      methods.map(({ output }) => output),
      membersOf,
    ),
    isOwn: ({ file }) => !version.isImported(file.proto.name),
    membersOf,
    placeOf: createPlaces(),
  };
}

/** The well-known types, the options of descriptors, and what Redoubt itself defines. */
export function isBuiltIn(file: DescFile): boolean {
  return /^(google\/protobuf\/|redoubt\/options\.proto$)/.test(file.proto.name);
}

function memberLookup(registry: FileRegistry): Version["membersOf"] {
  const all = [...registry].filter((type) => type.kind === "extension");
  const extensions = groupBy(all, ({ extendee }) => extendee.typeName);
  const members = new Map<DescMessage, Map<number, Member>>();
  return (message) => {
    let found = members.get(message);
    if (found === undefined) {
      const known: Member[] = [...(extensions.get(message.typeName) ?? []), ...message.fields];
      found = new Map(known.map((member) => [member.number, member]));
      members.set(message, found);
    }
    return found;
  };
}

/** All messages and enums that data of the given messages can hold. */
function reach(
  roots: readonly DescMessage[],
  membersOf: Version["membersOf"],
): ReadonlySet<DescMessage | DescEnum> {
  const reached = new Set<DescMessage | DescEnum>(roots);
  for (const type of reached) {
    if (type.kind === "enum") continue;
    for (const { message, enum: enumeration } of membersOf(type).values()) {
      if (message !== undefined) reached.add(message);
      if (enumeration !== undefined) reached.add(enumeration);
    }
  }
  return reached;
}
