import { painterFor, printable } from "./terminal.js";

const CALL_WIDTH = 48;
const paint = painterFor(process.stdout);

/** A readable account of what a program does, on stdout. */
export const transcript = {
  chapter(title: string): void {
    console.log(`\n${paint("bold", title)}`);
  },

  note(text: string): void {
    console.log(`  ${printable(text)}`);
  },

  answer(call: string, answer: string, tookMs: number): void {
    const took = paint("dim", `${tookMs.toFixed(1)} ms`);
    console.log(`  ${printable(call).padEnd(CALL_WIDTH)} ${paint("green", printable(answer))}  ${took}`);
  },

  error(call: string, error: string): void {
    console.log(`  ${printable(call)}\n    ${paint("red", error)}`);
  },
};
