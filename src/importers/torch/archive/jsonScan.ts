/** Statistics of a JSON text, computed without parsing it. */
export interface JsonScan {
  /** An upper bound on the number of values. */
  readonly values: number;
  readonly depth: number;
  /** Whether JavaScript's parser reads it exactly: no NaN, no infinity, no integer beyond 2^53. */
  readonly isPlain: boolean;
}

const quote = 0x22;
/** Maximum number of digits in integers that are certainly exact. */
const exactDigits = 15;

/** Counts values and depth, so that limits are checked before parsing. For text that is not JSON, the counts have no meaning. */
export function scanJson(text: string): JsonScan {
  let values = 1;
  let depth = 0;
  let deepest = 0;
  let digits = 0;
  let isPlain = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x30 && code <= 0x39) {
      if (++digits > exactDigits) isPlain = false;
      continue;
    }
    digits = 0;
    if (code === quote) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) {
      values++;
      deepest = Math.max(deepest, ++depth);
    } else if (code === 0x5d || code === 0x7d) depth--;
    else if (code === 0x2c) values++;
    // NaN and Infinity are the only words with capital letters.
    else if (code === 0x4e || code === 0x49) isPlain = false;
  }
  return { values, depth: deepest, isPlain };
}

/** The index of the quote that ends a string. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}
