import { reductionCodes } from '../../codes.ts';
import type { LayerRecord } from '../../record.ts';
import { axisIn, type ShapeRule, withBlobSize } from '../../shapeRule.ts';

const gluShape: ShapeRule = ({ bottoms: [bottom], number }) => {
  const axis = bottom && axisIn(bottom, number('axis'));
  return axis === undefined || bottom === undefined ? undefined : [withBlobSize(bottom, axis, Math.trunc((bottom[axis] ?? 0) / 2))];
};

const reductionShape: ShapeRule = ({ bottoms: [bottom], number, numbers }) => {
  if (bottom === undefined) return undefined;
  const all = number('reduce_all') !== 0 || bottom.length === 1;
  const axes = new Set(numbers('axes').map((axis) => axisIn(bottom, axis)));
  const reduced = (axis: number): boolean => all || axes.has(axis);
  if (number('keepdims') !== 0) return [bottom.map((size, axis) => (reduced(axis) ? 1 : size))];
  const remaining = bottom.filter((_, axis) => !reduced(axis));
  return [remaining.length === 0 ? [1] : remaining];
};

const argMaxParams = {
  out_max_val: { id: 0, kind: 'int', default: 0 },
  topk: { id: 1, kind: 'int', default: 1 },
} as const;

export const ArgMax: LayerRecord<typeof argMaxParams> = {
  index: 1,
  since: 20170724,
  family: 'arithmetic',
  oneBlobOnly: true,
  offByDefault: true,
  params: argMaxParams,
  elements: 'stepped',
};

const cumulativeSumParams = {
  axis: { id: 0, kind: 'int', default: 0 },
} as const;

export const CumulativeSum: LayerRecord<typeof cumulativeSumParams> = {
  index: 98,
  since: 20230223,
  fourAxesSince: 20260526,
  family: 'arithmetic',
  oneBlobOnly: true,
  inplace: true,
  params: cumulativeSumParams,
  shape: 'same',
};

const gluParams = {
  axis: { id: 0, kind: 'int', default: 0 },
} as const;

export const GLU: LayerRecord<typeof gluParams> = {
  index: 94,
  since: 20221128,
  fourAxesSince: 20260526,
  family: 'activation',
  oneBlobOnly: true,
  params: gluParams,
  shape: gluShape,
};

const reductionParams = {
  operation: { id: 0, kind: 'int', default: 0 },
  reduce_all: { id: 1, kind: 'int', default: 1 },
  coeff: { id: 2, kind: 'float', default: 1 },
  axes: { id: 3, kind: 'ints', since: 20191113 },
  keepdims: { id: 4, kind: 'int', default: 0, since: 20191113 },
  fixbug0: { id: 5, kind: 'int', default: 0, since: 20220216 },
} as const;

export const Reduction: LayerRecord<typeof reductionParams> = {
  index: 25,
  since: 20170724,
  fourAxesSince: 20250428,
  // Earlier releases do not apply `coeff` to norms and logarithms.
  meaningSince: ({ number }) => (number('coeff') !== 1 && number('operation') >= reductionCodes.L1.code ? 20250428 : 0),
  family: 'arithmetic',
  oneBlobOnly: true,
  params: reductionParams,
  operators: { param: 'operation', codes: reductionCodes },
  shape: reductionShape,
};

const softmaxParams = {
  axis: { id: 0, kind: 'int', default: 0 },
  fixbug0: { id: 1, kind: 'int', default: 0, since: 20190320 },
} as const;

export const Softmax: LayerRecord<typeof softmaxParams> = {
  index: 32,
  since: 20170724,
  half: 'rounded',
  fourAxesSince: 20250428,
  family: 'activation',
  oneBlobOnly: true,
  inplace: true,
  params: softmaxParams,
  shape: 'same',
};

const statisticsPoolingParams = {
  include_stddev: { id: 0, kind: 'int', default: 0 },
} as const;

export const StatisticsPooling: LayerRecord<typeof statisticsPoolingParams> = {
  index: 72,
  since: 20200616,
  family: 'pooling',
  oneBlobOnly: true,
  params: statisticsPoolingParams,
};
