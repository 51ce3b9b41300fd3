import { alignedTo } from '../../alignedTo.ts';
import { binaryCodes, eltwiseCodes, unaryCodes } from '../../codes.ts';
import { notSet } from '../../notSet.ts';
import { type BlobData, blobShapeOf, extents, type Kernel, type LayerCall, LayerError, requireThat, splitAround } from '../call.ts';
import { mapElements, powerInC } from './activation.ts';

type Function2 = (a: number, b: number) => number;

const binaryFunctions: Readonly<Record<keyof typeof binaryCodes, Function2>> = {
  ADD: (a, b) => a + b,
  SUB: (a, b) => a - b,
  MUL: (a, b) => a * b,
  DIV: (a, b) => a / b,
  MAX: (a, b) => Math.max(a, b),
  MIN: (a, b) => Math.min(a, b),
  POW: powerInC,
  RSUB: (a, b) => b - a,
  RDIV: (a, b) => b / a,
  RPOW: (a, b) => powerInC(b, a),
  ATAN2: Math.atan2,
  RATAN2: (a, b) => Math.atan2(b, a),
  FMOD: (a, b) => a % b,
  RFMOD: (a, b) => b % a,
  LOGADDEXP: (a, b) => Math.max(a, b) + Math.log1p(Math.exp(Math.min(a, b) - Math.max(a, b))),
  FLOOR_DIVIDE: (a, b) => Math.floor(Math.fround(a / b)),
  RFLOOR_DIVIDE: (a, b) => Math.floor(Math.fround(b / a)),
  REMAINDER: remainder,
  RREMAINDER: (a, b) => remainder(b, a),
};

/** The IEEE 754 remainder: the quotient is rounded to the nearest integer, ties to even. */
function remainder(a: number, b: number): number {
  const modulus = a % (2 * b);
  const size = Math.abs(b);
  const distance = Math.abs(modulus);
  if (distance <= size / 2) return modulus;
  return modulus - Math.sign(modulus) * (distance < 1.5 * size ? size : 2 * size);
}

function byCode<N extends string, F>(
  codes: Readonly<Record<N, { readonly code: number }>>,
  functions: Readonly<Record<N, F>>,
  code: number,
): F {
  const found = Object.entries<{ readonly code: number }>(codes).find(([, entry]) => entry.code === code);
  if (found === undefined) throw new LayerError(`unknown operation ${code}`);
  // The keys of `codes` are the type `N`.
  return functions[found[0] as N];
}

export const binaryOpKernel: Kernel = (call) => {
  const operation = byCode(binaryCodes, binaryFunctions, call.number('op_type'));
  if (call.number('with_scalar')) {
    const scalar = call.arithmetic.round(call.number('b'));
    const { shape, values } = call.bottom(0);
    return [{ shape, values: values.map((value) => operation(value, scalar)) }];
  }
  const a = call.bottom(0);
  const b = call.bottom(1);
  return [broadcast(call, aligned(a, b), aligned(b, a), operation)];
};

function aligned({ shape, values }: BlobData, other: BlobData): BlobData {
  return { shape: alignedTo(shape, other.shape), values };
}

function broadcast(call: LayerCall, a: BlobData, b: BlobData, operation: Function2): BlobData {
  const shape = a.shape.map((size, axis) => Math.max(size, b.shape[axis] ?? 1));
  const fits = (blob: BlobData): boolean => blob.shape.every((size, axis) => size === 1 || size === shape[axis]);
  requireThat(fits(a) && fits(b), `[${a.shape.join(',')}] and [${b.shape.join(',')}] do not broadcast`);
  const result = call.newBlob(shape);
  if (a.values.length === result.values.length && b.values.length === result.values.length) {
    for (let index = 0; index < result.values.length; index++) {
      result.values[index] = operation(a.values[index] ?? 0, b.values[index] ?? 0);
    }
    return result;
  }
  const [full, left, right] = [extents(result), extents(a), extents(b)];
  const place = (of: typeof full, q: number, z: number, y: number): number =>
    (((of.c === 1 ? 0 : q) * of.d + (of.d === 1 ? 0 : z)) * of.h + (of.h === 1 ? 0 : y)) * of.w;
  const stepA = left.w > 1 ? 1 : 0;
  const stepB = right.w > 1 ? 1 : 0;
  let target = 0;
  for (let q = 0; q < full.c; q++) {
    for (let z = 0; z < full.d; z++) {
      for (let y = 0; y < full.h; y++) {
        let indexA = place(left, q, z, y);
        let indexB = place(right, q, z, y);
        for (let x = 0; x < full.w; x++, indexA += stepA, indexB += stepB) {
          result.values[target++] = operation(a.values[indexA] ?? 0, b.values[indexB] ?? 0);
        }
      }
    }
  }
  return result;
}

export const eltwiseKernel: Kernel = (call) => {
  const { shape, values } = call.bottom(0);
  const others = [call.bottom(1), ...call.bottoms.slice(2)];
  const { round } = call.arithmetic;
  const coeffs = call.numbers('coeffs').map((coeff) => round(Math.fround(coeff)));
  const type = call.number('op_type');
  requireThat(
    others.every((other) => other.shape.join() === shape.join()),
    `bottoms have different shapes: ${call.bottoms.map((bottom) => `[${bottom.shape.join(',')}]`).join(', ')}`,
  );
  requireThat(coeffs.length === 0 || type !== eltwiseCodes.SUM.code || coeffs.length >= call.bottoms.length, 'too few coefficients');
  const result = values.slice();
  const weighted = coeffs.length > 0 && type === eltwiseCodes.SUM.code;
  if (weighted) for (let index = 0; index < result.length; index++) result[index] = round((values[index] ?? 0) * (coeffs[0] ?? 0));
  others.forEach((other, place) => {
    const coeff = weighted ? (coeffs[place + 1] ?? 0) : 1;
    for (let index = 0; index < result.length; index++) {
      const [sum, value] = [result[index] ?? 0, other.values[index] ?? 0];
      result[index] = round(
        type === eltwiseCodes.PROD.code ? sum * value : type === eltwiseCodes.SUM.code ? sum + value * coeff : Math.max(sum, value),
      );
    }
  });
  return [{ shape, values: result }];
};

/** `x * scale + bias` with one value per index of the outermost axis. */
function scaleOutermost(call: LayerCall, bottom: BlobData, scale: ArrayLike<number>, bias: ArrayLike<number> | undefined): BlobData {
  const [, size, inner] = splitAround(bottom.shape, 0);
  requireThat(scale.length >= size && (bias === undefined || bias.length >= size), `expected ${size} factors, got ${scale.length}`);
  const result = call.newBlob(bottom.shape);
  for (let channel = 0, index = 0; channel < size; channel++) {
    const [factor, summand] = [scale[channel] ?? 0, bias?.[channel] ?? 0];
    for (let end = index + inner; index < end; index++) result.values[index] = (bottom.values[index] ?? 0) * factor + summand;
  }
  return result;
}

export const scaleKernel: Kernel = (call) => {
  const hasScaleBlob = call.number('scale_data_size') === notSet;
  const biased = call.number('bias_term') !== 0;
  requireThat(!hasScaleBlob || !biased, 'a fed scale has no bias');
  return [scaleOutermost(call, call.bottom(0), hasScaleBlob ? call.bottom(1).values : call.weight(0), biased ? call.weight(1) : undefined)];
};

/** Unlike other layers, Bias applies channelwise only to blobs of three or more axes. */
export const biasKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { dims, w, h, d, c } = extents(bottom);
  const channels = { shape: blobShapeOf(dims === 4 ? 4 : 3, { w, h, d, c }), values: bottom.values };
  const ones = new Float32Array(c).fill(1);
  return [{ ...scaleOutermost(call, channels, ones, call.weight(0)), shape: bottom.shape }];
};

export const batchNormKernel: Kernel = (call) => {
  const [slope, mean, variance, shift] = [call.weight(0), call.weight(1), call.weight(2), call.weight(3)];
  const eps = call.number('eps');
  const factors = Float64Array.from(slope, (value, index) => {
    const root = Math.sqrt((variance[index] ?? 0) + eps);
    return value / (root === 0 ? 0.0001 : root);
  });
  const summands = factors.map((factor, index) => (shift[index] ?? 0) - (mean[index] ?? 0) * factor);
  const { round } = call.arithmetic;
  return [scaleOutermost(call, call.bottom(0), factors.map(round), summands.map(round))];
};

export const unaryOpKernel: Kernel = (call) =>
  mapElements(call, byCode(unaryCodes, call.arithmetic.functions.unary, call.number('op_type')));
