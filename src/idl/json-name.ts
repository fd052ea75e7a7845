/** The name that a field has in JSON if its declaration says no other: `maxSize` for `max_size`. */
export function defaultJsonName(fieldName: string): string {
  if (!fieldName.includes("_")) return fieldName;
  return fieldName.replace(/_+([a-zA-Z0-9]?)/g, (_, next: string) => next.toUpperCase());
}

/** The name of the message that holds a map field's keys and values: `MaxSizeEntry` for `max_size`. */
export function mapEntryName(fieldName: string): string {
  const name = defaultJsonName(fieldName);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Entry`;
}
