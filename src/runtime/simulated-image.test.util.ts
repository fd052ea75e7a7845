import { Content, type SectorTable } from "./simulated-sectors.test.util.js";

/** All that is on a disk which nobody uses, as after a crash. Never changed. */
export class DiskImage {
  readonly table: SectorTable;
  readonly folders: ReadonlySet<string>;
  readonly files: ReadonlyMap<string, Content>;
  private keyed: string | undefined;

  constructor(table: SectorTable, folders: Iterable<string>, files: Iterable<readonly [string, Content]>) {
    this.table = table;
    this.folders = new Set(folders);
    this.files = new Map(files);
  }

  /** The same for images of one table that hold the same. */
  get key(): string {
    this.keyed ??= [
      ...[...this.folders].sort(),
      ...[...this.files].map(([path, content]) => `${path} ${content.key}`).sort(),
    ].join("\n");
    return this.keyed;
  }

  bytes(path: string): Uint8Array {
    const content = this.files.get(path);
    if (content === undefined) throw new Error(`there is no ${path}`);
    return content.bytes();
  }

  with(path: string, bytes: Uint8Array): DiskImage {
    const files = [...this.files, [path, Content.of(bytes, this.table)] as const];
    return new DiskImage(this.table, this.folders, files);
  }

  without(path: string): DiskImage {
    const files = [...this.files].filter(([each]) => each !== path);
    return new DiskImage(this.table, this.folders, files);
  }

  /** With other bits where `mask` has ones. */
  flipped(path: string, offset: number, mask: number): DiskImage {
    const bytes = this.bytes(path);
    bytes[offset] ^= mask;
    return this.with(path, bytes);
  }
}
