import { CODE_BITS, huffmanCodes, SYMBOL_COUNT, SYMBOL_EOS } from "./huffman-code.js";
import { latin1 } from "./latin1.js";

/*
 * A state machine that takes four bits at a time. Its states are the 256 inner nodes of the code's tree, the root
 * first. As the shortest code has five bits, a step completes one symbol at most. An entry of the table says all
 * about a step:
 *
 *   bits 0–11   next state, times 16: the place where that state's entries begin
 *   bits 12–19  the symbol, if the step completes one
 *   bit  20     the step completes a symbol
 *   bit  21     the step meets EOS or has no path: the input is wrong
 *   bit  22     the input may end after this step
 */

const NEXT = 0xfff;
const SYMBOL_SHIFT = 12;
const COMPLETES_SHIFT = 20;
const WRONG = 1 << 21;
const MAY_END = 1 << 22;

/**
 * Decodes the Huffman-coded string `bytes[start, end)` (RFC 7541 §5.2).
 * @returns `undefined` if it contains EOS or its padding is not the first 0 to 7 bits of EOS
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string | undefined {
  steps ??= buildSteps();
  const symbolsMax = Math.floor(((end - start) * 8) / CODE_BITS_MIN);
  // One octet more: every step stores, also the one that completes no symbol.
  const symbols = symbolsMax < SCRATCH_BYTES ? scratch() : new Uint8Array(symbolsMax + 1);
  let count = 0;
  let step = MAY_END;
  let wrong = 0;
  for (let at = start; at < end; at++) {
    const octet = bytes[at];
    step = steps[(step & NEXT) | (octet >>> 4)];
    symbols[count] = step >>> SYMBOL_SHIFT;
    count += (step >>> COMPLETES_SHIFT) & 1;
    wrong |= step;
    step = steps[(step & NEXT) | (octet & 0xf)];
    symbols[count] = step >>> SYMBOL_SHIFT;
    count += (step >>> COMPLETES_SHIFT) & 1;
    wrong |= step;
  }
  if ((wrong & WRONG) !== 0 || (step & MAY_END) === 0) return undefined;
  return latin1(symbols, 0, count);
}

const CODE_BITS_MIN = 5;

/** Strings of up to this many octets are decoded without an allocation besides the string itself. */
const SCRATCH_BYTES = 1024;

let scratchBytes: Uint8Array | undefined;

function scratch(): Uint8Array {
  scratchBytes ??= new Uint8Array(SCRATCH_BYTES);
  return scratchBytes;
}

let steps: Uint32Array | undefined;

/** A node of the code's tree: inner nodes have both children, leaves a symbol. */
interface Node {
  readonly state: number;
  readonly symbol: number;
  readonly children: [Node | undefined, Node | undefined];
  /** Whether the path from the root is a possible padding: up to seven one bits. */
  readonly mayEnd: boolean;
}

function buildSteps(): Uint32Array {
  const states = buildTree();
  const root = states[0];
  const table = new Uint32Array(states.length * 16);
  for (const from of states) {
    for (let bits = 0; bits < 16; bits++) {
      table[from.state * 16 + bits] = buildStep(root, from, bits);
    }
  }
  return table;
}

function buildStep(root: Node, from: Node, bits: number): number {
  let node = from;
  let completed = 0;
  for (let mask = 8; mask > 0; mask >>= 1) {
    node = node.children[(bits & mask) === 0 ? 0 : 1]!;
    if (node.symbol === SYMBOL_EOS) return WRONG;
    if (node.symbol !== NO_SYMBOL) {
      completed = (node.symbol << SYMBOL_SHIFT) | (1 << COMPLETES_SHIFT);
      node = root;
    }
  }
  return (node.state * 16) | completed | (node.mayEnd ? MAY_END : 0);
}

const NO_SYMBOL = -1;

/** Builds the tree and returns its inner nodes, the root first. */
function buildTree(): readonly Node[] {
  const codes = huffmanCodes();
  const root: Node = { state: 0, symbol: NO_SYMBOL, children: [undefined, undefined], mayEnd: true };
  const states = [root];
  for (let symbol = 0; symbol < SYMBOL_COUNT; symbol++) {
    let node = root;
    for (let left = CODE_BITS[symbol] - 1; left > 0; left--) {
      const bit = (codes[symbol] >>> left) & 1;
      let child = node.children[bit];
      if (child === undefined) {
        const depth = CODE_BITS[symbol] - left;
        const mayEnd = node.mayEnd && bit === 1 && depth < 8;
        child = { state: states.length, symbol: NO_SYMBOL, children: [undefined, undefined], mayEnd };
        node.children[bit] = child;
        states.push(child);
      }
      node = child;
    }
    node.children[codes[symbol] & 1] = { state: 0, symbol, children: [undefined, undefined], mayEnd: false };
  }
  return states;
}
