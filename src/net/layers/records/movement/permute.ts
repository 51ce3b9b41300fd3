import { permuteOrder } from '../../permuteOrder.ts';
import type { LayerRecord } from '../../record.ts';
import type { ShapeRule } from '../../shapeRule.ts';

const permuteShape: ShapeRule = ({ bottoms: [bottom], number }) => {
  const order = bottom && permuteOrder(bottom.length, number('order_type'));
  return order && bottom && [order.map((axis) => bottom[axis] ?? 1)];
};

const pixelShuffleShape: ShapeRule = ({ bottoms: [bottom], number }) => {
  const factor = number('upscale_factor');
  const [c = 0, h = 0, w = 0] = bottom ?? [];
  return bottom?.length === 3 && c % factor ** 2 === 0 ? [[c / factor ** 2, h * factor, w * factor]] : undefined;
};

const reorgShape: ShapeRule = ({ bottoms: [bottom], number }) => {
  const stride = number('stride');
  const [c = 0, h = 0, w = 0] = bottom ?? [];
  return bottom?.length === 3 && h >= stride && w >= stride
    ? [[c * stride ** 2, Math.trunc(h / stride), Math.trunc(w / stride)]]
    : undefined;
};

const flipParams = {
  axes: { id: 0, kind: 'ints' },
} as const;

export const Flip: LayerRecord<typeof flipParams> = {
  index: 107,
  since: 20250916,
  family: 'movement',
  oneBlobOnly: true,
  params: flipParams,
  shape: 'same',
  elements: 'moved',
};

const permuteParams = {
  order_type: { id: 0, kind: 'int', default: 0 },
} as const;

export const Permute: LayerRecord<typeof permuteParams> = {
  index: 47,
  since: 20171017,
  family: 'movement',
  oneBlobOnly: true,
  params: permuteParams,
  shape: permuteShape,
  elements: 'moved',
};

const pixelShuffleParams = {
  upscale_factor: { id: 0, kind: 'int', default: 1 },
  mode: { id: 1, kind: 'int', default: 0, since: 20210124 },
} as const;

export const PixelShuffle: LayerRecord<typeof pixelShuffleParams> = {
  index: 69,
  since: 20200226,
  half: 'moved',
  family: 'pooling',
  oneBlobOnly: true,
  params: pixelShuffleParams,
  shape: pixelShuffleShape,
  elements: 'moved',
};

const reorgParams = {
  stride: { id: 0, kind: 'int', default: 1 },
  mode: { id: 1, kind: 'int', default: 0, since: 20210124 },
} as const;

export const Reorg: LayerRecord<typeof reorgParams> = {
  index: 55,
  since: 20180704,
  family: 'pooling',
  oneBlobOnly: true,
  params: reorgParams,
  shape: reorgShape,
  elements: 'moved',
};

const shuffleChannelParams = {
  group: { id: 0, kind: 'int', default: 1 },
  reverse: { id: 1, kind: 'int', default: 0, since: 20200727 },
} as const;

export const ShuffleChannel: LayerRecord<typeof shuffleChannelParams> = {
  index: 52,
  since: 20171225,
  half: 'moved',
  family: 'movement',
  oneBlobOnly: true,
  params: shuffleChannelParams,
  shape: 'same',
  elements: 'moved',
};
