/**
 * A text on one line, for a terminal or a log: control characters, line endings of any kind and direction marks are escaped. Names come
 * from untrusted files.
 */
export function visible(text: string): string {
  return text.replace(hidden, (character) => escapes.get(character) ?? spell(character));
}

/** JSON on one line without terminal control characters. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(hidden, (character) => `\\u${hexOf(character, 4)}`);
}

const hidden = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

const escapes: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function spell(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${hexOf(character, 2)}` : `\\u${hexOf(character, 4)}`;
}

function hexOf(character: string, digits: number): string {
  return (character.codePointAt(0) ?? 0).toString(16).padStart(digits, '0');
}
