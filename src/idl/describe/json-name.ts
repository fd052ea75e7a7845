/** The name that a field has in JSON if its declaration says no other: `maxSize` for `max_size`. */
export function defaultJsonName(fieldName: string): string {
  if (!fieldName.includes("_")) return fieldName;
  const [first, ...others] = fieldName.split("_");
  return others.reduce((name, word) => name + capitalized(word), first);
}

/** The name of the message that holds a map field's keys and values: `MaxSizeEntry` for `max_size`. */
export function mapEntryName(fieldName: string): string {
  return `${capitalized(defaultJsonName(fieldName))}Entry`;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
