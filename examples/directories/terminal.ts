import { inspect } from "node:util";

export type Style = "blue" | "bold" | "dim" | "green" | "red";
export type Paint = (style: Style, text: string) => string;

/** Colours text for `stream` if a person is looking at it and has not asked for none (https://no-color.org). */
export function painterFor(stream: { readonly isTTY?: boolean }, env = process.env): Paint {
  if (stream.isTTY !== true || env.NO_COLOR) return (_style, text) => text;
  return (style, text) => {
    const [on, off] = inspect.colors[style]!;
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

/** Makes text from elsewhere safe to print: a control character could move the cursor or fake a line. */
export function printable(text: string): string {
  return text.replace(
    /\p{Cc}|\p{Zl}|\p{Zp}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
