/** A place in a file's descriptor, as in `SourceCodeInfo.Location.path`: field numbers, and indices behind repeated fields. */
export type Path = readonly number[];

/** A path that goes further. There are millions of them; spreading would take six times as long, and more memory. */
export function pathTo(path: Path, ...steps: number[]): number[] {
  const { length } = path;
  const longer = new Array<number>(length + steps.length);
  for (let i = 0; i < length; i++) longer[i] = path[i];
  for (let i = 0; i < steps.length; i++) longer[length + i] = steps[i];
  return longer;
}
