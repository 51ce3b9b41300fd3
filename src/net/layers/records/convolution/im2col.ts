import type { LayerRecord } from '../../record.ts';

const foldParams = {
  kernel_w: { id: 1, kind: 'int', default: 0 },
  dilation_w: { id: 2, kind: 'int', default: 1 },
  stride_w: { id: 3, kind: 'int', default: 1 },
  pad_left: { id: 4, kind: 'int', default: 0 },
  kernel_h: { id: 11, kind: 'int', default: 'kernel_w' },
  dilation_h: { id: 12, kind: 'int', default: 'dilation_w' },
  stride_h: { id: 13, kind: 'int', default: 'stride_w' },
  pad_top: { id: 14, kind: 'int', default: 'pad_left' },
  pad_right: { id: 15, kind: 'int', default: 'pad_left' },
  pad_bottom: { id: 16, kind: 'int', default: 'pad_top' },
  output_w: { id: 20, kind: 'int', default: 0 },
  output_h: { id: 21, kind: 'int', default: 'output_w' },
} as const;

export const Fold: LayerRecord<typeof foldParams> = {
  index: 95,
  since: 20221128,
  family: 'movement',
  oneBlobOnly: true,
  params: foldParams,
  creates: { always: ['Crop'] },
};

const unfoldParams = {
  kernel_w: { id: 1, kind: 'int', default: 0 },
  dilation_w: { id: 2, kind: 'int', default: 1 },
  stride_w: { id: 3, kind: 'int', default: 1 },
  pad_left: { id: 4, kind: 'int', default: 0 },
  kernel_h: { id: 11, kind: 'int', default: 'kernel_w' },
  dilation_h: { id: 12, kind: 'int', default: 'dilation_w' },
  stride_h: { id: 13, kind: 'int', default: 'stride_w' },
  pad_top: { id: 14, kind: 'int', default: 'pad_left' },
  pad_right: { id: 15, kind: 'int', default: 'pad_left' },
  pad_bottom: { id: 16, kind: 'int', default: 'pad_top' },
  pad_value: { id: 18, kind: 'float', default: 0 },
} as const;

export const Unfold: LayerRecord<typeof unfoldParams> = {
  index: 96,
  since: 20221128,
  family: 'movement',
  oneBlobOnly: true,
  params: unfoldParams,
  creates: { always: ['Padding'] },
};
