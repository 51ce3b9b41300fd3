import { sha256 } from '../../bytes/sha256.ts';

/**
 * The size of an axis: a number or a symbol. A symbol is the name that the model gives a dynamic axis (`batch`, `H`), or an expression over
 * such names (`floor(H/2)`). Equal strings are equal sizes; different strings may also be equal.
 */
export type Dimension = number | string;

/** The sizes of all axes, outermost first. */
export type Shape = readonly Dimension[];

export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dimension) => typeof dimension === 'number');
}

/** The product of sizes; symbols give a canonical product such as `6*H*W`. */
export function product(dimensions: Shape): Dimension {
  let factor = 1;
  const symbols: string[] = [];
  for (const dimension of dimensions) {
    const monomial = factorsOf(dimension);
    factor *= monomial.factor;
    for (const entry of monomial.symbols) symbols.push(entry);
  }
  return formatMonomial(factor, symbols);
}

/** The sum of sizes; symbols give a canonical sum such as `(2*H+W-3)`. */
export function sum(dimensions: Shape): Dimension {
  let constant = 0;
  const coefficients = new Map<string, number>();
  for (const dimension of dimensions.flatMap(termsOf)) {
    const { factor, symbols } = factorsOf(dimension);
    if (symbols.length === 0) constant += factor;
    else {
      const core = symbols.join('*');
      coefficients.set(core, (coefficients.get(core) ?? 0) + factor);
    }
  }
  const terms = [...coefficients].filter(([, factor]) => factor !== 0).sort(([left], [right]) => (left < right ? -1 : 1));
  if (terms.length === 0) return constant;
  const formatted = terms.map(([core, factor]) => String(formatMonomial(factor, [core])));
  if (constant === 0 && formatted.length === 1) return formatted.join();
  return `(${formatted.join('+')}${constant === 0 ? '' : constant > 0 ? `+${constant}` : constant})`;
}

/** The quotient of a size and a divisor that is known to divide it; common symbols cancel. */
export function quotient(dividend: Dimension, divisor: Dimension): Dimension {
  const above = factorsOf(dividend);
  const below = factorsOf(divisor);
  const remaining = [...below.symbols];
  const symbols = above.symbols.filter((symbol) => {
    const index = remaining.indexOf(symbol);
    if (index >= 0) remaining.splice(index, 1);
    return index < 0;
  });
  if (remaining.length === 0 && below.factor !== 0 && above.factor % below.factor === 0) {
    return formatMonomial(above.factor / below.factor, symbols);
  }
  return `(${formatMonomial(above.factor, symbols)}/${formatMonomial(below.factor, remaining)})`;
}

/** A size as a product. */
export interface Monomial {
  readonly factor: number;
  /** Sorted; an expression in parentheses counts as one symbol. */
  readonly symbols: readonly string[];
}

/** The factors of a size. */
export function factorsOf(dimension: Dimension): Monomial {
  if (typeof dimension === 'number') return { factor: dimension, symbols: [] };
  let factor = 1;
  const symbols: string[] = [];
  for (const part of splitOutside(dimension, '*')) {
    if (/^-?\d+$/.test(part)) factor *= Number(part);
    else symbols.push(part);
  }
  return { factor, symbols: symbols.sort() };
}

function formatMonomial(factor: number, symbols: readonly string[]): Dimension {
  if (symbols.length === 0 || factor === 0) return factor;
  const sorted = [...symbols].sort().join('*');
  return factor === 1 ? sorted : `${factor}*${sorted}`;
}

/** The terms of a sum as {@link sum} writes it; anything else is one term. */
export function termsOf(dimension: Dimension): Shape {
  if (typeof dimension === 'number') return [dimension];
  const inside = /^\((.*)\)$/.exec(dimension)?.[1];
  if (inside === undefined || !isBalanced(inside)) return [dimension];
  const subtracted = /^(.*)-(\d+)$/.exec(inside);
  const [head, last] = subtracted ? [subtracted[1] ?? '', [-Number(subtracted[2])]] : [inside, []];
  const terms = splitOutside(head, '+');
  if (terms.length + last.length === 1 || !isBalanced(head) || splitOutside(head, '/').length > 1 || splitOutside(head, '-').length > 1)
    return [dimension];
  return [...terms.map((term) => (/^\d+$/.test(term) ? Number(term) : term)), ...last];
}

/** Splits a text at separators that are outside parentheses. */
function splitOutside(text: string, separator: string): readonly string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '(') depth++;
    else if (text[index] === ')') depth--;
    else if (text[index] === separator && depth === 0) {
      pieces.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...pieces, text.slice(start)];
}

/** Whether every closing parenthesis has an opening one before it. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

/**
 * A size computed from another one. The function is applied to a number; for a symbol, the result is the expression that the caller
 * formats, so that equal computations give equal symbols.
 */
export function derive(dimension: Dimension, compute: (size: number) => number, expression: (symbol: string) => string): Dimension {
  return typeof dimension === 'number' ? compute(dimension) : `(${expression(dimension)})`;
}

/** Maximum length in characters of an expression that is written in full. */
const maxExpressionLength = 1024;

/**
 * Replaces an expression that is too long by its digest, so that equal expressions still give equal symbols. An operator may double an
 * expression, so that of 40 nodes would not fit in memory.
 */
export function abbreviate(dimension: Dimension): Dimension {
  if (typeof dimension === 'number' || dimension.length <= maxExpressionLength) return dimension;
  return `(size:${sha256([new TextEncoder().encode(dimension)]).slice(0, 32)})`;
}

/** Number of elements of a static shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((dimension, axis) => dimension === right[axis]);
}

/** `[1,3,H,W]`, or `?` if the rank is unknown. */
export function formatShape(shape: Shape | undefined): string {
  return shape === undefined ? '?' : `[${shape.map(formatDimension).join(',')}]`;
}

/** Abbreviates the long expressions for dynamic axes, which are not readable. */
export function formatDimension(size: Dimension): string {
  const text = String(size);
  return text.length <= 32 ? text : '…';
}

/** Numpy broadcasting of two shapes; `undefined` if they do not broadcast. */
export function broadcastShapes(left: Shape, right: Shape): Shape | undefined {
  const rank = Math.max(left.length, right.length);
  const result: Dimension[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const size = broadcastSize(left[axis - rank + left.length] ?? 1, right[axis - rank + right.length] ?? 1);
    if (size === undefined) return undefined;
    result.push(size);
  }
  return result;
}

/**
 * The size that two axes broadcast to. A symbol against 1 gives the symbol; a symbol against a number gives the number (anything else would
 * fail at run time); of two symbols, the shorter one, so that a name is preferred to an expression. `undefined` if they do not broadcast.
 */
export function broadcastSize(left: Dimension, right: Dimension): Dimension | undefined {
  if (left === right || right === 1) return left;
  if (left === 1) return right;
  if (typeof left === 'number') return typeof right === 'number' ? undefined : left;
  if (typeof right === 'number') return right;
  return right.length < left.length ? right : left;
}
