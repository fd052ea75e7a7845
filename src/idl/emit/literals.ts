/** A string literal. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** The name of a property, quoted where that is needed. */
export function propertyName(name: string): string {
  return /^([A-Za-z_$][\w$]*|0|[1-9]\d{0,14})$/.test(name) ? name : quote(name);
}
