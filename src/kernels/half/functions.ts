/**
 * Functions of single elements in float16, with one rounding for each step, as ncnn computes them on ARM with vectors of 4 or 8 elements. The
 * approximations are those of `neon_mathfun_fp16s.h` of ncnn 1.0.20261020, which is compiled with `-ffast-math`: compilers may join or reorder
 * steps. Arguments are float16 values.
 */
import { roundHalf, smallestNormal } from './round.ts';

/** `a * b + c` with one rounding. */
function multiplyAdd(a: number, b: number, c: number): number {
  return roundHalf(a * b + c);
}

/** A polynomial with its coefficients in descending order of powers. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = multiplyAdd(sum, x, coefficient);
  return sum;
}

function rounded(...values: readonly number[]): readonly number[] {
  return values.map(roundHalf);
}

const log2e = roundHalf(Math.LOG2E);
const [ln2High, ln2Low] = [0.693359375, roundHalf(-2.1219444e-4)];
const expTerms = rounded(1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 0.16666665459, 0.50000001201);
/** Beyond this magnitude the exponent of the result does not fit. */
const largestExponent = 10.7421875;

/** `e ** x`, and 0 if the result is less than 2^-14. */
export function expHalf(x: number): number {
  const limited = Math.min(Math.max(x, -largestExponent), largestExponent);
  const power = Math.floor(multiplyAdd(limited, log2e, 0.5));
  const rest = multiplyAdd(-power, ln2Low, multiplyAdd(-power, ln2High, limited));
  const sum = roundHalf(multiplyAdd(polynomial(expTerms, rest), roundHalf(rest * rest), rest) + 1);
  return power < -14 ? 0 : roundHalf(sum * 2 ** power);
}

const logTerms = rounded(
  7.0376836292e-2,
  -0.1151461031,
  0.1167699874,
  -0.12420140846,
  0.14249322787,
  -0.16668057665,
  0.20000714765,
  -0.24999993993,
  0.33333331174,
);
const rootOfHalf = roundHalf(Math.SQRT1_2);

/** The natural logarithm; NaN for 0 and less. */
export function logHalf(x: number): number {
  if (!(x > 0)) return Number.NaN;
  // ncnn reads the bits of subnormal values as if they had a leading 1.
  const exponent = x < smallestNormal ? -14 : Math.floor(Math.log2(x)) + 1;
  const mantissa = x < smallestNormal ? 0.5 + x * 2 ** 13 : x / 2 ** exponent;
  const isSmall = mantissa < rootOfHalf;
  const power = exponent - (isSmall ? 1 : 0);
  const rest = roundHalf(mantissa - 1 + (isSmall ? mantissa : 0));
  const square = roundHalf(rest * rest);
  const cubic = roundHalf(roundHalf(polynomial(logTerms, rest) * rest) * square);
  const low = multiplyAdd(-0.5, square, multiplyAdd(power, ln2Low, cubic));
  return multiplyAdd(power, ln2High, roundHalf(rest + low));
}

const quarterTurns = roundHalf(4 / Math.PI);
const quarterTurn = rounded(-0.78515625, -2.4187564849853516e-4, -3.77489497744594e-8);
const sineTerms = rounded(-1.9515295891e-4, 8.3321608736e-3, -0.16666654611);
const cosineTerms = rounded(2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2);

/** The sine and cosine polynomials of the angle that is left after whole quarter turns, and the even number of eighth turns before it. */
function reducedAngle(x: number): { readonly sine: number; readonly cosine: number; readonly octant: number } {
  const size = Math.abs(x);
  const octant = (Math.min(Math.trunc(roundHalf(size * quarterTurns)), 0xffff) + 1) & 0xfffe;
  const angle = quarterTurn.reduce((rest, part) => multiplyAdd(roundHalf(octant), part, rest), size);
  const square = roundHalf(angle * angle);
  const sine = multiplyAdd(roundHalf(polynomial(sineTerms, square) * square), angle, angle);
  const fourth = roundHalf(roundHalf(polynomial(cosineTerms, square) * square) * square);
  const cosine = roundHalf(multiplyAdd(-0.5, square, fourth) + 1);
  return { sine, cosine, octant };
}

export function sinHalf(x: number): number {
  const { sine, cosine, octant } = reducedAngle(x);
  const value = octant & 2 ? cosine : sine;
  return x < 0 !== ((octant & 4) !== 0) ? -value : value;
}

export function cosHalf(x: number): number {
  const { sine, cosine, octant } = reducedAngle(x);
  const value = octant & 2 ? sine : cosine;
  return ((octant - 2) & 4) !== 0 ? value : -value;
}

const tanhNumerator = rounded(0.0007195472717285156, 0.1038818359375, 1);
const tanhDenominator = rounded(0.0132904052734375, 0.43701171875, 1);
const [smallestForTanh, largestForTanh] = [roundHalf(1e-4), 4.5];

export function tanhHalf(x: number): number {
  const size = Math.abs(x);
  if (size < smallestForTanh) return x;
  if (size >= largestForTanh) return Math.sign(x);
  const square = roundHalf(size * size);
  const ratio = roundHalf(roundHalf(polynomial(tanhNumerator, square) * size) / polynomial(tanhDenominator, square));
  return Math.sign(x) * Math.min(ratio, 1);
}

const firstLargeForErf = roundHalf(0.927734375);
const erfcTerms = rounded(-1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -0.106777877, -0.634846687, -0.128717512);
const erfTerms = rounded(-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 0.112819925, -0.376125336, 0.128379166);

/** `1 - erf(x)` for a positive `x` that is not small. */
function erfcOfLarge(x: number): number {
  const square = roundHalf(x * x);
  const [a0 = 0, a1 = 0, a2 = 0, a3 = 0, ...others] = erfcTerms;
  const first = multiplyAdd(multiplyAdd(a0, x, a1), square, multiplyAdd(a2, x, a3));
  const sum = others.reduce((value, coefficient) => multiplyAdd(value, x, coefficient), first);
  return expHalf(multiplyAdd(sum, x, -x));
}

function erfOfSmall(x: number): number {
  return multiplyAdd(polynomial(erfTerms, roundHalf(x * x)), x, x);
}

export function erfHalf(x: number): number {
  if (!(Math.abs(x) > firstLargeForErf)) return erfOfSmall(x);
  return Math.sign(x) * roundHalf(1 - erfcOfLarge(Math.abs(x)));
}

function erfcHalf(x: number): number {
  if (!(Math.abs(x) > firstLargeForErf)) return roundHalf(1 - erfOfSmall(x));
  const tail = erfcOfLarge(Math.abs(x));
  return x < 0 ? roundHalf(2 - tail) : tail;
}

export function sigmoidHalf(x: number): number {
  return roundHalf(1 / roundHalf(1 + expHalf(-x)));
}

export function swishHalf(x: number): number {
  return roundHalf(x / roundHalf(1 + expHalf(-x)));
}

export function mishHalf(x: number): number {
  return roundHalf(x * tanhHalf(logHalf(roundHalf(expHalf(x) + 1))));
}

const negativeRootOfHalf = roundHalf(-Math.SQRT1_2);

export function geluHalf(x: number): number {
  return roundHalf(roundHalf(0.5 * erfcHalf(roundHalf(negativeRootOfHalf * x))) * x);
}

const [geluLinear, geluCubic] = rounded(0.79788452, 0.044715 * 0.79788452);

/** GELU approximated with tanh. */
export function fastGeluHalf(x: number): number {
  const cube = roundHalf((geluCubic ?? 0) * roundHalf(x * roundHalf(x * x)));
  return roundHalf(roundHalf(0.5 * roundHalf(1 + tanhHalf(multiplyAdd(geluLinear ?? 0, x, cube)))) * x);
}

/** `1 / sqrt(x)`: an estimate of 8 bits, and one step of Newton's method. */
export function reciprocalRootHalf(x: number): number {
  if (x === 0) return Number.POSITIVE_INFINITY;
  const estimate = toEightBits(1 / Math.sqrt(x));
  return roundHalf(roundHalf((3 - roundHalf(x * estimate) * estimate) / 2) * estimate);
}

/** `1 / x` in the same way. */
export function reciprocalHalf(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return 1 / x;
  const estimate = toEightBits(1 / x);
  return roundHalf(roundHalf(2 - x * estimate) * estimate);
}

function toEightBits(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 8);
  return roundHalf(Math.round(value / unit) * unit);
}
