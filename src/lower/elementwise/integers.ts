import type { DataType } from '../../graph/ir/tensor.ts';
import type { LoweringNode } from '../node.ts';
import { binaryTerm, clamp, isDynamicTerm, type Term, unaryTerm } from './formula.ts';

/*
 * Integers are stored as float32, which is exact up to 2^24. Division is not exact on every platform, because some refine an approximate
 * reciprocal. Quotients are therefore shifted by half a unit, away from the values where rounding changes.
 */

/** An integer quotient, rounded towards zero (`cut`) or down. Exact for dividends up to about 2^20. */
export function integerQuotient(node: LoweringNode, left: Term, right: Term, dtype: DataType, rounding: 'cut' | 'floor'): Term {
  const unsigned = dtype.startsWith('u');
  const rounded = unsigned || rounding === 'floor' ? 'FLOOR' : 'TRUNC';
  const bias = unsigned ? 0.5 : halfSign(node, rounding === 'cut' ? left : right);
  return unaryTerm(node, rounded, binaryTerm(node, 'DIV', sum(node, left, bias), right));
}

/** 0.5 with the sign of an integer; 0 for 0. */
function halfSign(node: LoweringNode, x: Term): Term {
  if (typeof x === 'number') return x > 0 ? 0.5 : x < 0 ? -0.5 : 0;
  return clamp(node, -0.5, 0.5, x);
}

/**
 * A float quotient that is correct to the last bit in nearly all cases, and exact if it has few digits: the error of ncnn's division is
 * computed and subtracted.
 */
export function refinedQuotient(node: LoweringNode, left: Term, right: Term): Term {
  if (typeof right === 'number' && isPowerOfTwo(right)) return binaryTerm(node, 'MUL', left, 1 / right);
  const first = binaryTerm(node, 'DIV', left, right);
  const error = binaryTerm(node, 'SUB', left, binaryTerm(node, 'MUL', first, right));
  return binaryTerm(node, 'ADD', first, binaryTerm(node, 'DIV', error, right));
}

/**
 * A correctly rounded float quotient, for values that are rounded to an integer next and must not cross a half. The error is computed from
 * factors split into 12-bit parts, whose products are exact.
 */
export function exactQuotient(node: LoweringNode, left: Term, right: Term): Term {
  const first = binaryTerm(node, 'DIV', left, right);
  let error: Term = left;
  for (const factor of halves(node, first)) {
    for (const other of halves(node, right)) error = binaryTerm(node, 'SUB', error, binaryTerm(node, 'MUL', factor, other));
  }
  return binaryTerm(node, 'ADD', first, binaryTerm(node, 'DIV', error, right));
}

/** Two terms of 12 significant bits each whose sum is the float (Veltkamp splitting). */
function halves(node: LoweringNode, x: Term): readonly Term[] {
  const splitter = 2 ** 12 + 1;
  if (typeof x === 'number') {
    const scaled = Math.fround(x * splitter);
    const high = Math.fround(scaled - Math.fround(scaled - x));
    return high === x ? [high] : [high, Math.fround(x - high)];
  }
  const scaled = binaryTerm(node, 'MUL', x, splitter);
  const high = binaryTerm(node, 'SUB', scaled, binaryTerm(node, 'SUB', scaled, x));
  return [high, binaryTerm(node, 'SUB', x, high)];
}

/** Whether multiplying by the reciprocal of a number equals dividing by the number. */
export function isPowerOfTwo(value: number): boolean {
  const exponent = Math.log2(Math.abs(value));
  return Number.isInteger(exponent) && Math.abs(exponent) < 126;
}

function sum(node: LoweringNode, left: Term, right: Term): Term {
  return typeof left === 'number' && typeof right === 'number' ? left + right : binaryTerm(node, 'ADD', left, right);
}

const wrappedBits: Readonly<Partial<Record<DataType, number>>> = { int8: 8, uint8: 8, int16: 16, uint16: 16, uint32: 32 };

/** Wraps an integer to the range of an 8-bit, 16-bit or uint32 type. Other types are left unchanged. */
export function wrapped(node: LoweringNode, x: Term, dtype: DataType): Term {
  const bits = wrappedBits[dtype];
  if (bits === undefined || !isDynamicTerm(x)) return x;
  const range = 2 ** bits;
  const offset = dtype.startsWith('u') ? 0 : range / 2;
  const raised = offset === 0 ? x : binaryTerm(node, 'ADD', x, offset);
  // Division by a power of two is exact as a multiplication.
  const times = unaryTerm(node, 'FLOOR', binaryTerm(node, 'MUL', raised, 1 / range));
  return binaryTerm(node, 'SUB', x, binaryTerm(node, 'MUL', times, range));
}
