// Names in the letter cases of the style guide (https://protobuf.dev/programming-guides/style/).

/** `FooBar`, `foo_bar`, `HTTPServer2` → `FOO_BAR`, `FOO_BAR`, `HTTP_SERVER2` */
export function toUpperSnakeCase(name: string): string {
  return toLowerSnakeCase(name).toUpperCase();
}

/** `FooBar`, `fooBar`, `FOO_BAR` → `foo_bar` */
export function toLowerSnakeCase(name: string): string {
  return words(name).join("_").toLowerCase();
}

/** `foo_bar`, `fooBar`, `FOO_BAR` → `FooBar` */
export function toTitleCase(name: string): string {
  return words(name)
    .map((word) => word[0].toUpperCase() + (/[a-z]/.test(word) ? word.slice(1) : word.slice(1).toLowerCase()))
    .join("");
}

function words(name: string): string[] {
  return name.match(/[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+/g) ?? [name];
}
