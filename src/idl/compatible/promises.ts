import type { DescMethod, FileRegistry } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import { NEW_CLIENT, OLD_CLIENT, type Peers } from "./finding.js";
import type { RuleName } from "./rules.js";

// How often a method may be carried out, and what comes of it when the two sides of a call think differently.

/** What a method promises: by its option `redoubt.delivery`, and by gRPC's `idempotency_level`. */
export interface Promises {
  readonly delivery: Delivery | undefined;
  readonly level: Level;
}

/** From the weakest to the strongest (redoubt/options.proto). */
const DELIVERIES = ["AT_MOST_ONCE", "AT_LEAST_ONCE", "EXACTLY_ONCE"] as const;

type Delivery = (typeof DELIVERIES)[number];

/** From the weakest to the strongest. */
const LEVELS = [Level.IDEMPOTENCY_UNKNOWN, Level.IDEMPOTENT, Level.NO_SIDE_EFFECTS];

export function promisesOf(method: DescMethod, registry: FileRegistry): Promises {
  return { delivery: deliveryOf(method, registry), level: method.idempotency };
}

/** Undefined where nothing is said. */
function deliveryOf(method: DescMethod, registry: FileRegistry): Delivery | undefined {
  const option = registry.getExtension("redoubt.delivery");
  if (option?.fieldKind !== "enum") return undefined;
  const written = method.proto.options?.$unknown?.findLast(
    ({ no, wireType }) => no === option.number && wireType === WireType.Varint,
  );
  if (written === undefined) return undefined;
  const name = option.enum.value[new BinaryReader(written.data).int32()]?.name;
  return DELIVERIES.find((delivery) => delivery === name);
}

/** A promise that one side relies on and the other does not keep. */
export interface BrokenPromise {
  readonly rule: RuleName;
  /** Behind the method: "was EXACTLY_ONCE and is AT_MOST_ONCE now: …". */
  readonly text: string;
  readonly breaks: Peers;
}

export function comparePromises(older: Promises, newer: Promises): BrokenPromise[] {
  return [...compareDeliveries(older, newer), ...compareLevels(older, newer)];
}

function compareDeliveries(older: Promises, newer: Promises): BrokenPromise[] {
  if (older.delivery === undefined && newer.delivery === undefined) return [];
  const was = DELIVERIES.indexOf(effectiveDelivery(older));
  const is = DELIVERIES.indexOf(effectiveDelivery(newer));
  if (was === is) return [];
  const { client, server, breaks } = sides(is < was);
  const isExactlyOnce = DELIVERIES[Math.max(was, is)] === "EXACTLY_ONCE";
  const consequence = isExactlyOnce
    ? `${server} refuse calls that ${client} want carried out exactly once`
    : `${client} repeat calls, which is not safe with ${server}`;
  const text = `was ${DELIVERIES[was]} and is ${DELIVERIES[is]} now: ${consequence}`;
  return [{ rule: "delivery-changed", text, breaks }];
}

function effectiveDelivery({ delivery, level }: Promises): Delivery {
  return delivery ?? (level === Level.IDEMPOTENCY_UNKNOWN ? "AT_MOST_ONCE" : "AT_LEAST_ONCE");
}

function compareLevels(older: Promises, newer: Promises): BrokenPromise[] {
  if (older.level === newer.level) return [];
  const isReadOnly = ({ level }: Promises) => level === Level.NO_SIDE_EFFECTS;
  const { client, server, breaks } = sides(LEVELS.indexOf(newer.level) < LEVELS.indexOf(older.level));
  const text = `was ${Level[older.level]} and is ${Level[newer.level]} now`;
  if (!isRepeatable(older) || !isRepeatable(newer))
    return [
      {
        rule: "idempotency-changed",
        text: `${text}: ${client} repeat calls, which is not safe with ${server}`,
        breaks,
      },
    ];
  if (isReadOnly(older) === isReadOnly(newer)) return [];
  return [
    {
      rule: "idempotency-changed",
      text: `${text}: ${client} call it freely, and it may change something at ${server}`,
      breaks,
    },
  ];
}

function isRepeatable({ delivery, level }: Promises): boolean {
  return level !== Level.IDEMPOTENCY_UNKNOWN || delivery === "AT_LEAST_ONCE";
}

/** Who relies on the stronger promise: old clients, if it is weaker now. */
function sides(isWeaker: boolean): { client: string; server: string; breaks: Peers } {
  return isWeaker
    ? { client: "old clients", server: "new servers", breaks: OLD_CLIENT }
    : { client: "new clients", server: "old servers", breaks: NEW_CLIENT };
}
