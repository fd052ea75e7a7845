/** Numbers from 0 to 1, the same ones for a seed each time (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Blanks, comments, strings, names, numbers and signs. */
const WORD =
  /\s+|\/\/.*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_]\w*|\d[\w.]*|[\s\S]/g;

/** What is put where it may not belong, by what it is put in place of. */
const OTHERS = {
  name: "message enum optional repeated required int32 bytes string oneof map extend reserved M E a b true inf max".split(
    " ",
  ),
  number: "0 1 2 3 4 5 07 0x10 1.5 1e3 19000 536870911 2147483648".split(" "),
  string: ['""', '"a"', '"A"', '"1"', '"proto2"', '"2023"', "'y'"],
  sign: [..."=;{}[]()<>,.-:/"],
} as const;

/** `text` with one word or statement taken out, doubled, moved or replaced, sometimes with two. */
export function mutant(text: string, random: () => number): string {
  const words: string[] = text.match(WORD) ?? [];
  const times = random() < 0.25 ? 2 : 1;
  for (let time = 0; time < times; time++) mutate(words, random);
  return words.join("");
}

function mutate(words: string[], random: () => number): void {
  const below = (count: number) => Math.floor(random() * count);
  const visible = [...words.keys()].filter((index) => words[index].trim() !== "");
  if (visible.length === 0) return;
  const pick = () => visible[below(visible.length)];
  const at = pick();
  const kind = kindOf(words[at]);
  const alike = visible.filter((index) => kindOf(words[index]) === kind);
  const changes = [
    () => words.splice(at, 1),
    () => words.splice(at, 0, words[at], " "),
    () => words.splice(at, 0, ...statementAt(words, pick())),
    () => words.splice(at, statementAt(words, at).length),
    () => (words[at] = words[alike[below(alike.length)]]),
    () => (words[at] = words[alike[below(alike.length)]]),
    () => (words[at] = OTHERS[kind][below(OTHERS[kind].length)]),
    () => {
      const other = pick();
      [words[at], words[other]] = [words[other], words[at]];
    },
  ];
  changes[below(changes.length)]();
}

function kindOf(word: string): keyof typeof OTHERS {
  if (/^[A-Za-z_]/.test(word)) return "name";
  if (/^\d/.test(word)) return "number";
  return /^["']/.test(word) ? "string" : "sign";
}

/** The words from a place to the next `;`. */
function statementAt(words: readonly string[], at: number): readonly string[] {
  const end = words.indexOf(";", at);
  return words.slice(at, end === -1 ? words.length : end + 1);
}
