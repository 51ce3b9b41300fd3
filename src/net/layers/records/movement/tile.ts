import type { LayerRecord } from '../../record.ts';
import { axisIn, type ShapeRule, withBlobSize } from '../../shapeRule.ts';
import { floatSlot, slotsWhen } from '../../weightRule.ts';

const paddingShape: ShapeRule = ({ bottoms: [bottom, second], number }) => {
  if (bottom === undefined || second !== undefined) return undefined;
  const pads = [number('left') + number('right'), number('top') + number('bottom'), number('front') + number('behind')];
  // The channels of a blob of four axes are never padded.
  const byAxis = [...(bottom.length === 4 ? [0] : []), ...pads.slice(0, Math.min(bottom.length, 3)).reverse()];
  const shape = bottom.map((size, axis) => size + (byAxis[axis] ?? 0));
  return shape.every((size) => size > 0) ? [shape] : undefined;
};

const tileShape: ShapeRule = ({ bottoms: [bottom], number, numbers }) => {
  const axis = bottom && axisIn(bottom, number('axis'));
  if (bottom === undefined || axis === undefined || numbers('repeats').length > 0) return undefined;
  return [withBlobSize(bottom, axis, (bottom[axis] ?? 0) * number('tiles'))];
};

const paddingParams = {
  top: { id: 0, kind: 'int', default: 0 },
  bottom: { id: 1, kind: 'int', default: 0 },
  left: { id: 2, kind: 'int', default: 0 },
  right: { id: 3, kind: 'int', default: 0 },
  type: { id: 4, kind: 'int', default: 0 },
  value: { id: 5, kind: 'float', default: 0 },
  per_channel_pad_data_size: { id: 6, kind: 'int', default: 0, since: 20200106 },
  front: { id: 7, kind: 'int', default: 0, since: 20200616 },
  behind: { id: 8, kind: 'int', default: 0, since: 20200616 },
} as const;

export const Padding: LayerRecord<typeof paddingParams> = {
  index: 43,
  since: 20170919,
  half: 'stored',
  family: 'movement',
  oneBlobOnly: true,
  params: paddingParams,
  weights: (value) => slotsWhen(value('per_channel_pad_data_size'), floatSlot('per_channel_pad_data', value('per_channel_pad_data_size'))),
  shape: paddingShape,
};

const tileParams = {
  axis: { id: 0, kind: 'int', default: 0 },
  tiles: { id: 1, kind: 'int', default: 1 },
  repeats: { id: 2, kind: 'ints', since: 20220216 },
} as const;

export const Tile: LayerRecord<typeof tileParams> = {
  index: 37,
  since: 20170724,
  family: 'movement',
  oneBlobOnly: true,
  params: tileParams,
  shape: tileShape,
  elements: 'moved',
};
