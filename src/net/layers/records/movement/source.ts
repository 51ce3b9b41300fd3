import type { LayerRecord } from '../../record.ts';
import type { ShapeRule } from '../../shapeRule.ts';
import { byteSlot, floatSlot, taggedSlot, type WeightRule } from '../../weightRule.ts';

/** The shape has as many axes as sizes are set. */
const declaredShape: ShapeRule = ({ number }) => {
  const [w, h, d, c] = [number('w'), number('h'), number('d'), number('c')];
  const shape = d !== 0 ? [c, d, h, w] : c !== 0 ? [c, h, w] : h !== 0 ? [h, w] : [w];
  return shape.every((size) => size > 0) ? [shape] : undefined;
};

const memoryDataWeights: WeightRule = (value) => {
  const [w, h, d, c] = [value('w'), value('h'), value('d'), value('c')];
  const length = d !== 0 ? w * h * d * c : c !== 0 ? w * h * c : h !== 0 ? w * h : w;
  const type = value('load_type');
  // Without any size, ncnn creates one element without reading a weight.
  if (length === 0 && w === 0) return [];
  return [type === 1 ? floatSlot('data', length) : type === 0 ? taggedSlot('data', length) : byteSlot('data', length)];
};

const inputParams = {
  w: { id: 0, kind: 'int', default: 0 },
  h: { id: 1, kind: 'int', default: 0 },
  c: { id: 2, kind: 'int', default: 0 },
  d: { id: 11, kind: 'int', default: 0, since: 20211208 },
} as const;

export const Input: LayerRecord<typeof inputParams> = {
  index: 16,
  since: 20170724,
  family: 'input',
  oneBlobOnly: true,
  inplace: true,
  params: inputParams,
  shape: declaredShape,
  withoutKernel: 'the caller feeds its blob',
};

const memoryDataParams = {
  w: { id: 0, kind: 'int', default: 0 },
  h: { id: 1, kind: 'int', default: 0 },
  c: { id: 2, kind: 'int', default: 0 },
  d: { id: 11, kind: 'int', default: 0, since: 20220729 },
  load_type: { id: 21, kind: 'int', default: 1, since: 20231027 },
} as const;

export const MemoryData: LayerRecord<typeof memoryDataParams> = {
  index: 19,
  since: 20170724,
  family: 'movement',
  params: memoryDataParams,
  weights: memoryDataWeights,
  shape: declaredShape,
};
