// Of glibc 2.38 and libstdc++ 13 the runner needs five symbols: four that have long been there under another name, and
// one that is never called, which asserts that the library has set up `std::cout`. So a copy that asks for the older
// ones runs on systems that are some years older. `std::cout` is not set up in it; the runner prints through C's stderr.
// Sources: System V gABI 4.1 chapters 4 and 5 (ELF64, little-endian), Linux Standard Base 5.0 §10.7 (symbol versions).

/** What is asked for instead of a version of a library that is too new. */
const OLDER_VERSIONS: Readonly<Record<string, string>> = {
  "GLIBC_2.38": "GLIBC_2.2.5",
  "GLIBCXX_3.4.32": "GLIBCXX_3.4",
};

/** The names of `strtol` and others in programs built for C23; what they read beyond C17 is binary, `0b1`. */
const C23_PREFIX = "__isoc23_";

const SECTION_DYNSYM = 11;
const SECTION_VERNEED = 0x6fff_fffe;
const SECTION_VERSYM = 0x6fff_ffff;
const SYMBOL_BYTES = 24;
const BINDING_WEAK = 2;

interface Section {
  readonly type: number;
  /** Where it begins in the file, in bytes. */
  readonly offset: number;
  readonly bytes: number;
  /** The index of the section that has its names. */
  readonly link: number;
}

/** A version that the program needs of some library. */
interface NeededVersion {
  readonly name: string;
  /** Where its entry is in the file. */
  readonly offset: number;
  /** What symbols refer to it by. */
  readonly index: number;
}

/**
 * Changes a program for x86-64 Linux in place so that it runs with glibc 2.34 and libstdc++ 11.
 *
 * @throws RangeError if it is no such program
 */
export function askForOlderLibc(program: Buffer): void {
  const sections = sectionsOf(program);
  const symbols = sectionOf(sections, SECTION_DYNSYM);
  const names = sections[symbols.link].offset;
  const versions = neededVersions(program, sectionOf(sections, SECTION_VERNEED).offset, names);
  const versionOfSymbol = sectionOf(sections, SECTION_VERSYM).offset;
  for (const version of versions) {
    const older = versions.find(({ name }) => name === OLDER_VERSIONS[version.name]);
    if (older === undefined) continue;
    copyVersion(program, older, version);
    for (let symbol = 0; symbol < symbols.bytes / SYMBOL_BYTES; symbol++)
      if (program.readUInt16LE(versionOfSymbol + symbol * 2) === version.index)
        useOlderSymbol(program, symbols.offset + symbol * SYMBOL_BYTES, names);
  }
}

function sectionsOf(program: Buffer): Section[] {
  const table = Number(program.readBigUInt64LE(0x28));
  const bytes = program.readUInt16LE(0x3a);
  return Array.from({ length: program.readUInt16LE(0x3c) }, (_, index) => {
    const header = table + index * bytes;
    return {
      type: program.readUInt32LE(header + 4),
      offset: Number(program.readBigUInt64LE(header + 0x18)),
      bytes: Number(program.readBigUInt64LE(header + 0x20)),
      link: program.readUInt32LE(header + 0x28),
    };
  });
}

function sectionOf(sections: readonly Section[], type: number): Section {
  const section = sections.find((each) => each.type === type);
  if (section === undefined) throw new RangeError(`the program has no section of type ${type}`);
  return section;
}

/** Reads the list of libraries that begins at `offset`, each with its list of versions. */
function neededVersions(program: Buffer, offset: number, names: number): NeededVersion[] {
  const versions: NeededVersion[] = [];
  for (const library of linked(program, offset, 12))
    for (const entry of linked(program, library + program.readUInt32LE(library + 8), 12))
      versions.push({
        name: nameAt(program, names + program.readUInt32LE(entry + 8)),
        offset: entry,
        index: program.readUInt16LE(entry + 6),
      });
  return versions;
}

/** Follows entries of which each says, `at` bytes behind its begin, how many bytes it is to the next; the last says 0. */
function* linked(program: Buffer, first: number, at: number): Generator<number> {
  for (let entry = first, bytes = -1; bytes !== 0; entry += bytes) {
    yield entry;
    bytes = program.readUInt32LE(entry + at);
  }
}

/** Gives `to` the hash and the name of `from`. */
function copyVersion(program: Buffer, from: NeededVersion, to: NeededVersion): void {
  program.copy(program, to.offset, from.offset, from.offset + 4);
  program.copy(program, to.offset + 8, from.offset + 8, from.offset + 12);
}

/** Names the symbol as it was called before, or lets the program run without it. */
function useOlderSymbol(program: Buffer, symbol: number, names: number): void {
  const name = program.readUInt32LE(symbol);
  if (nameAt(program, names + name).startsWith(C23_PREFIX))
    program.writeUInt32LE(name + C23_PREFIX.length, symbol);
  else program[symbol + 4] = (BINDING_WEAK << 4) | (program[symbol + 4] & 0xf);
}

function nameAt(program: Buffer, offset: number): string {
  return program.toString("latin1", offset, program.indexOf(0, offset));
}
