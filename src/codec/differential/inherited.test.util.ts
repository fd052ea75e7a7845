import fc from "fast-check";
import { bytesOf, demandSame, demandSameBytes, type Tally } from "./checks.test.util.js";
import type { Codec } from "./codecs.test.util.js";
import { attempt, hex } from "./compare.test.util.js";
import { initOf } from "./messages.test.util.js";
import { INHERITED, legalName } from "./names.test.util.js";
import { judge } from "./oracle.test.util.js";
import type { FileModel } from "./schema-model.test.util.js";
import { models, type Schema, schemaOf } from "./schemas.test.util.js";
import { wireOf } from "./wires.test.util.js";

// protobuf-es cannot handle fields whose names every object inherits: it takes the inherited functions for values. So
// the codec works on types with such fields, protobuf-es on twins of these types whose fields have other names.

interface Twins {
  readonly schema: Schema;
  readonly twin: Schema;
}

const twins: fc.Arbitrary<Twins> = models(
  legalName,
  fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...INHERITED) }, { weight: 1, arbitrary: legalName }),
).map((models) => ({
  schema: schemaOf(models),
  twin: schemaOf(renamed(models, toTwin) as readonly FileModel[]),
}));

/** Fields with inherited names are encoded and decoded like any others. */
export function inheritedNames(codec: Codec, tally: Tally): fc.IProperty<unknown> {
  const cases = twins.chain((twins) =>
    fc.nat(twins.schema.messages.length - 1).chain((type) =>
      fc.record({
        twins: fc.constant(twins),
        type: fc.constant(type),
        init: initOf(twins.twin.messages[type], 2),
        octets: wireOf(twins.twin.messages[type]),
      }),
    ),
  );
  return fc.property(cases, ({ twins: { schema, twin }, type, init, octets }) => {
    tally.count("inherited names");
    const [desc, twinDesc] = [schema.messages[type], twin.messages[type]];
    const encoded = attempt(() => codec.encode(desc, renamed(init, fromTwin) as object));
    demandSameBytes(twinDesc, init, encoded, bytesOf(twinDesc, init), `encoded by ${codec.name}`);

    const bytes = new Uint8Array(octets);
    const decoded = attempt(() => codec.decode(desc, bytes));
    const expected = judge(twinDesc, bytes).outcome;
    const what = `decoded by ${codec.name}, bytes ${hex(bytes)}`;
    if (decoded.error !== undefined || expected.error !== undefined) {
      demandSame(decoded, expected, what);
      return;
    }
    // The twin's names occur as values nowhere, while an inherited name may be any text or map key of a message.
    demandSame(
      { value: renamed(decoded.value, (name) => name) },
      { value: renamed(expected.value, fromTwin) },
      what,
    );
    const again = attempt(() => codec.encode(desc, decoded.value));
    demandSameBytes(
      twinDesc,
      expected.value,
      again,
      bytesOf(twinDesc, expected.value),
      `${what}, encoded again`,
    );
  });
}

/** Names that were taken have an x behind them. */
function toTwin(name: string): string {
  return name.replace(/^(.*?)(x*)$/s, (whole, stem: string, rest: string) => {
    const i = (INHERITED as readonly string[]).indexOf(stem);
    return i < 0 ? whole : `inherited${i}${rest}`;
  });
}

function fromTwin(name: string): string {
  return name.replace(/^inherited(\d)(?=x*$)/, (_, i: string) => INHERITED[Number(i)]);
}

/** A copy without prototypes, whose properties, and strings, have other names. */
function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (typeof value === "string") return rename(value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  const copy = {};
  for (const [key, part] of Object.entries(value)) {
    Object.defineProperty(copy, rename(key), {
      value: renamed(part, rename),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}
