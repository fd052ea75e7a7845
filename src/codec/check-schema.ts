import { type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FIELD_NUMBER_MAX } from "./field.js";

/**
 * Refuses what no compiler of `.proto` files makes: descriptors come from servers, too, or are made by hand.
 * @throws Error that says what is wrong
 */
export function checkSchema(schema: DescMessage): void {
  const numbers = new Set<number>();
  const names = new Set<string>(RESERVED);
  for (const { localName } of schema.members) {
    if (names.has(localName)) fail(schema, `two members are called ${JSON.stringify(localName)}`);
    names.add(localName);
  }
  for (const field of schema.fields) {
    const { number } = field;
    if (!(Number.isInteger(number) && number >= 1 && number <= FIELD_NUMBER_MAX))
      fail(schema, `a field has the number ${JSON.stringify(number)}`);
    if (numbers.has(number)) fail(schema, `two fields have the number ${number}`);
    numbers.add(number);
    for (const scalar of [field.scalar, field.fieldKind === "map" ? field.mapKey : undefined])
      if (scalar !== undefined && !SCALARS.has(scalar))
        fail(schema, `field ${number} has the type ${JSON.stringify(scalar)}`);
  }
}

/** What messages have besides their fields. */
const RESERVED = ["$typeName", "$unknown"];

const SCALARS = new Set<unknown>(Object.values(ScalarType).filter((value) => typeof value === "number"));

function fail(schema: DescMessage, reason: string): never {
  throw new Error(`the descriptor of ${JSON.stringify(schema.typeName)} is malformed: ${reason}`);
}
