import type { Random } from './random.ts';

/** A text with one to three of its words, numbers or lines replaced: damage that gets past the parser. */
export function mutateText(bytes: Uint8Array, random: Random, words: readonly string[]): Uint8Array {
  let text = new TextDecoder().decode(bytes);
  for (let count = 1 + random.below(3); count > 0; count--)
    text = random.below(6) === 0 ? changeLines(text, random) : changeWord(text, random, words);
  return new TextEncoder().encode(text);
}

function changeWord(text: string, random: Random, words: readonly string[]): string {
  const tokens = [...text.matchAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?|[A-Za-z_]\w*/g)];
  if (tokens.length === 0) return text;
  const token = random.pick(tokens);
  const number = /\d/.test(token[0].charAt(token[0].length - 1)) && random.below(8) > 0;
  const others = tokens.map(([other]) => other).filter((other) => /^-?\d/.test(other) === number);
  const replacement = random.below(2) === 0 && others.length > 0 ? random.pick(others) : random.pick(number ? numbers : words);
  return text.slice(0, token.index) + replacement + text.slice(token.index + token[0].length);
}

const numbers = [
  '0',
  '1',
  '2',
  '3',
  '5',
  '8',
  '16',
  '-1',
  '-2',
  '64',
  '1000',
  '65536',
  '1000000',
  '2147483647',
  '2147483648',
  '-2147483648',
  '1000000000000',
  '0.5',
  '1e30',
  '1e-30',
];

function changeLines(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = random.pick(lines);
  return lines.toSpliced(at, random.below(2), ...Array.from({ length: random.below(3) }, () => line)).join('\n');
}
