import { Output } from "../../bytes/output.js";

/** The octets of hexadecimal text; white space is free. */
export function octets(hex: string): Uint8Array {
  const digits = hex.replace(/\s/g, "");
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** What `write` appends to an output, as an array of its own. */
export function written(write: (output: Output) => void): Uint8Array {
  const output = new Output();
  write(output);
  return output.view().slice();
}
