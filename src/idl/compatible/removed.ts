import type { DescMessage, DescService } from "@bufbuild/protobuf";
import type { Comparison } from "./comparison.js";
import { type Finding, NEW_CLIENT, OLD_CLIENT } from "./finding.js";

type Versions = Pick<Comparison, "older" | "newer" | "pairs">;

export function serviceRemoval(service: DescService, { older }: Versions): Finding {
  return {
    rule: "service-removed",
    message: `service \`${service.typeName}\` was removed: new servers do not have its methods`,
    breaks: [OLD_CLIENT],
    formats: ["call"],
    older: older.placeOf(service),
  };
}

/**
 * Messages that are no more, but for those that went with something else: with the field of their type, say, or with
 * another message. `lost` are messages that something no longer uses, which is told of by itself.
 */
export function removedMessages(lost: Iterable<DescMessage>, { older, pairs }: Versions): DescMessage[] {
  const gone = older.types
    .filter((type) => type.kind === "message")
    .filter((type) => older.isOwn(type) && pairs.newerOf(type) === undefined);
  const partsOf = (message: DescMessage): DescMessage[] => {
    if (pairs.newerOf(message) !== undefined) return [];
    const used = [...older.membersOf(message).values()].flatMap((member) => member.message ?? []);
    return [...used, ...message.nestedMessages];
  };
  const accounted = new Set<DescMessage>();
  const account = (first: Iterable<DescMessage>): void => {
    const waiting = [...first];
    for (const message of waiting) {
      if (accounted.has(message)) continue;
      accounted.add(message);
      for (const part of partsOf(message)) waiting.push(part);
    }
  };

  account(lost);
  const parts = new Set(gone.flatMap((message) => partsOf(message).filter((part) => part !== message)));
  // What no other message that is gone has a part in comes first; then what is left: messages that are parts of each other.
  const roots = [...gone.filter((message) => !parts.has(message)), ...gone];
  return roots.filter((message) => {
    if (accounted.has(message)) return false;
    account([message]);
    return true;
  });
}

export function messageRemoval(message: DescMessage, { older }: Versions): Finding {
  return {
    rule: "message-removed",
    message: `message \`${message.typeName}\` was removed: the newer version does not know it in an \`Any\``,
    breaks: [OLD_CLIENT, NEW_CLIENT],
    formats: ["wire", "json"],
    older: older.placeOf(message),
  };
}
