import type { DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import type { Comparison } from "./comparison.js";
import {
  byBreakage,
  describeChange,
  type Finding,
  type Format,
  formatsOf,
  NEW_CLIENT,
  OLD_CLIENT,
  type Peers,
} from "./finding.js";
import { comparePromises, promisesOf } from "./promises.js";
import type { RuleName } from "./rules.js";
import { whoBreaks } from "./traffic.js";

/** What was found in two versions of a service. */
export interface ServiceComparison {
  readonly findings: readonly Finding[];
  /** Messages that a method no longer takes or answers with, which accounts for those that are not used any more. */
  readonly lost: readonly DescMessage[];
}

/** New methods by name, to recognise one that moved to another service; names that are new twice are left out. */
export function newMethods({ newer, pairs }: Comparison): ReadonlyMap<string, DescMethod> {
  const found = new Map<string, DescMethod | undefined>();
  for (const service of newer.types) {
    if (service.kind !== "service") continue;
    const known = new Set(pairs.olderOf(service)?.methods.map(({ name }) => name));
    for (const method of service.methods) {
      if (!known.has(method.name)) found.set(method.name, found.has(method.name) ? undefined : method);
    }
  }
  return new Map([...found].flatMap(([name, method]) => (method === undefined ? [] : [[name, method]])));
}

export function compareServices(
  older: DescService,
  newer: DescService,
  fresh: ReadonlyMap<string, DescMethod>,
  comparison: Comparison,
): ServiceComparison {
  const methods = new Map(newer.methods.map((method) => [method.name, method]));
  const findings: Finding[] = [];
  const lost: DescMessage[] = [];
  for (const method of older.methods) {
    const same = methods.get(method.name);
    const moved = same === undefined ? movedMethod(method, fresh, comparison) : undefined;
    const types = same === undefined ? [] : compareTypes(method, same, comparison);
    const changes =
      same === undefined
        ? [absence(moved)]
        : [...types, ...compareStreams(method, same), ...comparePromisesOf(method, same, comparison)];
    if (same === undefined || types.length > 0) lost.push(method.input, method.output);
    for (const { rule, text, breaks, formats } of changes) {
      findings.push({
        rule,
        message: `\`${pathOf(method)}\` ${text}`,
        breaks,
        formats: formats ?? ["call"],
        older: comparison.older.placeOf(method),
        newer: comparison.newer.placeOf(same ?? moved ?? newer),
      });
    }
  }
  return { findings, lost };
}

interface MethodChange {
  readonly rule: RuleName;
  /** Behind the method's path. */
  readonly text: string;
  readonly breaks: readonly Peers[];
  /** Default: the call itself. */
  readonly formats?: readonly Format[];
}

function movedMethod(
  method: DescMethod,
  fresh: ReadonlyMap<string, DescMethod>,
  { pairs }: Comparison,
): DescMethod | undefined {
  const moved = fresh.get(method.name);
  if (moved === undefined) return undefined;
  return pairs.isPair(method.input, moved.input) && pairs.isPair(method.output, moved.output)
    ? moved
    : undefined;
}

function absence(moved: DescMethod | undefined): MethodChange {
  if (moved === undefined)
    return { rule: "method-removed", text: "was removed: new servers do not have it", breaks: [OLD_CLIENT] };
  const text = `is \`${pathOf(moved)}\` now: neither version serves the other's path`;
  return { rule: "method-moved", text, breaks: [OLD_CLIENT, NEW_CLIENT] };
}

function compareTypes(older: DescMethod, newer: DescMethod, comparison: Comparison): MethodChange[] {
  return [
    ...compareType(older.input, newer.input, "request-type-changed", comparison),
    ...compareType(older.output, newer.output, "response-type-changed", comparison),
  ];
}

function compareType(
  older: DescMessage,
  newer: DescMessage,
  rule: "request-type-changed" | "response-type-changed",
  { pairs, compareInner }: Comparison,
): MethodChange[] {
  if (pairs.isPair(older, newer)) return [];
  const requests = rule === "request-type-changed";
  const change = `${requests ? "takes" : "answers with"} \`${newer.typeName}\` now instead of \`${older.typeName}\``;
  return byBreakage(compareInner([older, newer])).map((group) => ({
    rule,
    text: describeChange(change, group),
    breaks: whoBreaks(group, { requests, responses: !requests }),
    formats: formatsOf(group),
  }));
}

/**
 * In gRPC, a stream of one message looks like a single message: the side that expects one breaks where the other may
 * send several, or none.
 */
function compareStreams({ proto: older }: DescMethod, { proto: newer }: DescMethod): MethodChange[] {
  const changes: MethodChange[] = [];
  if (older.clientStreaming !== newer.clientStreaming) {
    const rule = "client-streaming-changed";
    changes.push(
      newer.clientStreaming
        ? { rule, text: "takes a stream now: old servers take one message only", breaks: [NEW_CLIENT] }
        : {
            rule,
            text: "takes one message now: old clients may send several, or none",
            breaks: [OLD_CLIENT],
          },
    );
  }
  if (older.serverStreaming !== newer.serverStreaming) {
    const rule = "server-streaming-changed";
    changes.push(
      newer.serverStreaming
        ? { rule, text: "answers with a stream now: old clients take one message only", breaks: [OLD_CLIENT] }
        : {
            rule,
            text: "answers with one message now: old servers may send several, or none",
            breaks: [NEW_CLIENT],
          },
    );
  }
  return changes;
}

function comparePromisesOf(older: DescMethod, newer: DescMethod, comparison: Comparison): MethodChange[] {
  const before = promisesOf(older, comparison.older.registry);
  const after = promisesOf(newer, comparison.newer.registry);
  return comparePromises(before, after).map(({ rule, text, breaks }) => ({ rule, text, breaks: [breaks] }));
}

function pathOf({ name, parent }: DescMethod): string {
  return `/${parent.typeName}/${name}`;
}
