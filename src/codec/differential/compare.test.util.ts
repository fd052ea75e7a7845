/** What came of something that may throw. */
export type Outcome<T> = { readonly value: T; readonly error?: undefined } | { readonly error: Error };

export function attempt<T>(action: () => T): Outcome<T> {
  try {
    return { value: action() };
  } catch (error) {
    if (error instanceof Error) return { error };
    throw new Error(`what was thrown is no Error: ${String(error)}`);
  }
}

/**
 * Where two values first differ, as a path with what is there; nothing where they are the same to the last detail:
 * prototypes, own keys in their order, how each property may be used, numbers to their sign, bytes.
 */
export function difference(actual: unknown, expected: unknown, path = "message"): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (!isObject(actual) || !isObject(expected)) return `${path} is ${show(actual)}, not ${show(expected)}`;
  const prototype = Object.getPrototypeOf(actual);
  if (prototype !== Object.getPrototypeOf(expected)) return `${path} has another prototype`;
  if (ArrayBuffer.isView(actual) || ArrayBuffer.isView(expected)) {
    return bytesDifference(actual as Uint8Array, expected as Uint8Array, path);
  }
  const [keys, expectedKeys] = [Reflect.ownKeys(actual), Reflect.ownKeys(expected)];
  if (keys.length !== expectedKeys.length || keys.some((key, i) => key !== expectedKeys[i])) {
    return `${path} has the keys ${keys.map(showKey)}, not ${expectedKeys.map(showKey)}`;
  }
  for (const key of keys) {
    const place = `${path}[${showKey(key)}]`;
    const [property, wanted] = [actual, expected].map(
      (owner) => Object.getOwnPropertyDescriptor(owner, key)!,
    );
    for (const flag of ["enumerable", "writable", "configurable"] as const) {
      if (property[flag] !== wanted[flag]) return `${place} is ${property[flag] ? "" : "not "}${flag}`;
    }
    const found = difference(property.value, wanted.value, place);
    if (found !== undefined) return found;
  }
  return undefined;
}

function bytesDifference(actual: Uint8Array, expected: Uint8Array, path: string): string | undefined {
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at++;
  if (at === actual.length && at === expected.length) return undefined;
  const [found, wanted] = [actual, expected].map((bytes) => hex(bytes.subarray(at, at + 16)) || "nothing");
  return `${path} has ${actual.length} bytes, not ${expected.length}; at byte ${at} ${found}, not ${wanted}`;
}

/** {@link difference} of two outcomes: what is thrown may differ. */
export function outcomeDifference<T>(actual: Outcome<T>, expected: Outcome<T>): string | undefined {
  if (actual.error !== undefined || expected.error !== undefined) {
    if (actual.error !== undefined && expected.error !== undefined) return undefined;
    if (actual.error !== undefined) return `rejected (${actual.error.message}), where it is to be accepted`;
    return `accepted, where it is to be rejected (${expected.error?.message})`;
  }
  return difference(actual.value, expected.value);
}

function show(value: unknown): string {
  if (ArrayBuffer.isView(value) && value instanceof Uint8Array)
    return `${value.constructor.name}(${hex(value)})`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") return JSON.stringify(value);
  if (Object.is(value, -0)) return "-0";
  return isObject(value) ? `an object with ${Object.keys(value).map(showKey)}` : String(value);
}

/** Of many bytes the first: fast-check prints them all. */
export function hex(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 200), (octet) => octet.toString(16).padStart(2, "0")).join(" ");
  return bytes.length > 200 ? `${shown} … (${bytes.length} bytes)` : shown;
}

function showKey(key: PropertyKey): string {
  return JSON.stringify(String(key));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
