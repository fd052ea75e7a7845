/** A copy for certain: `slice` of a Buffer is a view, and a Buffer is what Node programs mostly have. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
