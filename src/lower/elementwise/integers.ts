import type { DataType } from '../../graph/ir/tensor.ts';
import type { LoweringNode } from '../node.ts';
import { binary, clamp, isLiveTerm, type Term, unary } from './formula.ts';

/*
 * Integers flow as float32, which holds them exactly up to 2^24. Division is not exact on every platform (some take a
 * reciprocal and refine it), so that quotients are kept half a unit away from where they would tip over.
 */

/** A quotient of integers as an integer: towards zero (`cut`), or down. Exact for dividends up to about 2^20. */
export function quotient(node: LoweringNode, left: Term, right: Term, dtype: DataType, rounding: 'cut' | 'floor'): Term {
  const unsigned = dtype.startsWith('u');
  const rounded = unsigned || rounding === 'floor' ? 'FLOOR' : 'TRUNC';
  const bias = unsigned ? 0.5 : halfSign(node, rounding === 'cut' ? left : right);
  return unary(node, rounded, binary(node, 'DIV', sum(node, left, bias), right));
}

/** Half a unit with the sign of an integer; 0 for 0. */
function halfSign(node: LoweringNode, x: Term): Term {
  if (typeof x === 'number') return x > 0 ? 0.5 : x < 0 ? -0.5 : 0;
  return clamp(node, -0.5, 0.5, x);
}

/**
 * A quotient of floats to the last bit in nearly all cases, and exact where it has few digits: the error of ncnn's
 * division is computed and taken away.
 */
export function refinedQuotient(node: LoweringNode, left: Term, right: Term): Term {
  if (typeof right === 'number' && isPowerOfTwo(right)) return binary(node, 'MUL', left, 1 / right);
  const first = binary(node, 'DIV', left, right);
  const error = binary(node, 'SUB', left, binary(node, 'MUL', first, right));
  return binary(node, 'ADD', first, binary(node, 'DIV', error, right));
}

/**
 * A quotient of floats rounded as a processor's division does, for what is rounded to an integer next and must not
 * tip over at a half. The error is computed from halves of the factors, whose products have no error of their own.
 */
export function exactQuotient(node: LoweringNode, left: Term, right: Term): Term {
  const first = binary(node, 'DIV', left, right);
  let error: Term = left;
  for (const factor of halves(node, first)) {
    for (const other of halves(node, right)) error = binary(node, 'SUB', error, binary(node, 'MUL', factor, other));
  }
  return binary(node, 'ADD', first, binary(node, 'DIV', error, right));
}

/** Two terms of 12 significant bits each that add up to a float (Veltkamp's splitting). */
function halves(node: LoweringNode, x: Term): readonly Term[] {
  const splitter = 2 ** 12 + 1;
  if (typeof x === 'number') {
    const scaled = Math.fround(x * splitter);
    const high = Math.fround(scaled - Math.fround(scaled - x));
    return high === x ? [high] : [high, Math.fround(x - high)];
  }
  const scaled = binary(node, 'MUL', x, splitter);
  const high = binary(node, 'SUB', scaled, binary(node, 'SUB', scaled, x));
  return [high, binary(node, 'SUB', x, high)];
}

/** Whether multiplication by the reciprocal of a number is the same as division by it. */
export function isPowerOfTwo(value: number): boolean {
  const exponent = Math.log2(Math.abs(value));
  return Number.isInteger(exponent) && Math.abs(exponent) < 126;
}

function sum(node: LoweringNode, left: Term, right: Term): Term {
  return typeof left === 'number' && typeof right === 'number' ? left + right : binary(node, 'ADD', left, right);
}

/**
 * A whole number reduced to the range of an 8- or 16-bit type or of uint32, as its arithmetic wraps; others are left
 * as they are.
 */
export function wrapped(node: LoweringNode, x: Term, dtype: DataType): Term {
  const bits = ({ int8: 8, uint8: 8, int16: 16, uint16: 16, uint32: 32 } as Partial<Record<DataType, number>>)[dtype];
  if (bits === undefined || !isLiveTerm(x)) return x;
  const range = 2 ** bits;
  const offset = dtype.startsWith('u') ? 0 : range / 2;
  const raised = offset === 0 ? x : binary(node, 'ADD', x, offset);
  // Dividing by a power of two is exact as a multiplication.
  const times = unary(node, 'FLOOR', binary(node, 'MUL', raised, 1 / range));
  return binary(node, 'SUB', x, binary(node, 'MUL', times, range));
}
