import { reductionCodes } from '../../codes.ts';
import { axisOf, type BlobData, extents, type Kernel, LayerError, requireThat, splitAround } from '../call.ts';

interface ReductionRule {
  readonly start: number;
  readonly step: (sum: number, value: number) => number;
  readonly end?: (sum: number, count: number) => number;
}

const largest = 3.4028234663852886e38;
const smallestNormal = 1.1754943508222875e-38;

const add = (sum: number, value: number): number => sum + value;

const rules: Readonly<Record<keyof typeof reductionCodes, ReductionRule>> = {
  SUM: { start: 0, step: add },
  ASUM: { start: 0, step: (sum, value) => sum + Math.abs(value) },
  SUMSQ: { start: 0, step: (sum, value) => sum + value * value },
  MEAN: { start: 0, step: add, end: (sum, count) => sum / count },
  MAX: { start: -largest, step: Math.max },
  MIN: { start: largest, step: Math.min },
  PROD: { start: 1, step: (sum, value) => sum * value },
  L1: { start: 0, step: (sum, value) => sum + Math.abs(value) },
  L2: { start: 0, step: (sum, value) => sum + value * value, end: (sum) => Math.sqrt(sum < smallestNormal ? 0 : sum) },
  LogSum: { start: 0, step: add, end: Math.log },
  // The maximum is not subtracted first, so that the exponential overflows as it does in ncnn.
  LogSumExp: { start: 0, step: (sum, value) => Math.fround(sum + Math.exp(value)), end: Math.log },
};

export const reductionKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { shape, values } = bottom;
  const listed = call.numbers('axes');
  requireThat(listed.length === 0 || call.number('fixbug0') !== 0, 'ncnn refuses the old form without fixbug0');
  const everything = call.number('reduce_all') !== 0 || shape.length === 1;
  const axes = new Set(everything ? shape.map((_, axis) => axis) : listed.map((axis) => axisOf(axis, shape.length)));
  const operation = Object.entries(reductionCodes).find(([, { code }]) => code === call.number('operation'))?.[0];
  if (operation === undefined) throw new LayerError(`unknown operation ${call.number('operation')}`);
  // The keys of `rules` are those of `reductionCodes`.
  const rule = rules[operation as keyof typeof reductionCodes];
  const keptShape = shape.map((size, axis) => (axes.has(axis) ? 1 : size));
  const sums = new Float64Array(keptShape.reduce((product, size) => product * size, 1)).fill(rule.start);
  const strides = keptShape.map((size, axis) => (size === 1 ? 0 : keptShape.slice(axis + 1).reduce((product, next) => product * next, 1)));
  const place = new Array<number>(shape.length).fill(0);
  let target = 0;
  for (let index = 0; index < values.length; index++) {
    sums[target] = rule.step(sums[target] ?? 0, values[index] ?? 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (place[axis] ?? 0) + 1;
      target += strides[axis] ?? 0;
      if (next < (shape[axis] ?? 1)) {
        place[axis] = next;
        break;
      }
      place[axis] = 0;
      target -= (strides[axis] ?? 0) * next;
    }
  }
  const coeff = call.number('coeff');
  const count = values.length / sums.length;
  const reduced = shape.filter((_, axis) => !axes.has(axis));
  const result = call.newBlob(call.number('keepdims') ? keptShape : reduced.length > 0 ? reduced : [1]);
  for (let index = 0; index < sums.length; index++) {
    const sum = sums[index] ?? 0;
    result.values[index] = (rule.end?.(sum, count) ?? sum) * coeff;
  }
  return [result];
};

export const softmaxKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const signedAxis = call.number('axis');
  requireThat(signedAxis === 0 || call.number('fixbug0') !== 0, 'ncnn refuses the old form without fixbug0');
  const axis = bottom.shape.length === 1 ? 0 : axisOf(signedAxis, bottom.shape.length);
  const result = call.newBlob(bottom.shape);
  eachLane(bottom, axis, (first, size, step) => {
    const lane = new Float64Array(size);
    for (let index = 0; index < size; index++) lane[index] = bottom.values[first + index * step] ?? 0;
    call.arithmetic.softmax(lane, step === 1);
    for (let index = 0; index < size; index++) result.values[first + index * step] = lane[index] ?? 0;
  });
  return [result];
};

export const cumulativeSumKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const axis = bottom.shape.length === 1 ? 0 : axisOf(call.number('axis'), bottom.shape.length);
  const result = call.newBlob(bottom.shape);
  eachLane(bottom, axis, (first, size, step) => {
    let sum = 0;
    for (let index = 0; index < size; index++) {
      sum += bottom.values[first + index * step] ?? 0;
      result.values[first + index * step] = sum;
    }
  });
  return [result];
};

/** Calls `visit` for each line of elements along an axis. */
function eachLane({ shape }: BlobData, axis: number, visit: (first: number, size: number, step: number) => void): void {
  const [before, size, after] = splitAround(shape, axis);
  for (let outer = 0; outer < before; outer++) {
    for (let inner = 0; inner < after; inner++) visit(outer * size * after + inner, size, after);
  }
}

export const gluKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const axis = bottom.shape.length === 1 ? 0 : axisOf(call.number('axis'), bottom.shape.length);
  const [before, size, after] = splitAround(bottom.shape, axis);
  const half = Math.trunc(size / 2);
  // If the axis has an odd size, ncnn's halves overlap or leave a gap, depending on the axis.
  requireThat(size % 2 === 0, `axis ${axis} has ${size} elements, which cannot be halved`);
  const result = call.newBlob(bottom.shape.map((value, place) => (place === axis ? half : value)));
  for (let outer = 0; outer < before; outer++) {
    for (let index = 0; index < half * after; index++) {
      const source = outer * size * after + index;
      const gate = bottom.values[source + half * after] ?? 0;
      result.values[outer * half * after + index] = (bottom.values[source] ?? 0) / (1 + Math.exp(-gate));
    }
  }
  return [result];
};

export const statisticsPoolingKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { c, size } = extents(bottom);
  const deviations = call.number('include_stddev') !== 0;
  const result = call.newBlob([deviations ? 2 * c : c]);
  for (let channel = 0; channel < c; channel++) {
    const values = bottom.values.subarray(channel * size, (channel + 1) * size);
    const mean = values.reduce(add, 0) / size;
    result.values[channel] = mean;
    if (deviations) result.values[c + channel] = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size);
  }
  return [result];
};

/** The indices of the `topk` largest elements, or their values and indices. Of equal elements, the last comes first. */
export const argMaxKernel: Kernel = (call) => {
  const { values, shape } = call.bottom(0);
  const count = call.number('topk');
  requireThat(shape.length < 3 && count <= values.length, `expected 1 or 2 dimensions with at least ${count} elements`);
  const places = Array.from(values, (_, index) => index).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || b - a);
  const best = places.slice(0, count);
  const both = call.number('out_max_val') !== 0;
  const rows = both ? [...best.map((place) => values[place] ?? 0), ...best] : best;
  return [{ shape: [both ? 2 : 1, count], values: Float32Array.from(rows) }];
};
