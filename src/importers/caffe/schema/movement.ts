/** Layers that move, cut, repeat or resize. */
export const movementMessages = {
  ConcatParameter: {
    axis: { number: 2, kind: 'int32' },
    concat_dim: { number: 1, kind: 'uint32' },
  },
  SliceParameter: {
    axis: { number: 3, kind: 'int32' },
    slice_point: { number: 2, kind: 'uint32', repeated: true },
    slice_dim: { number: 1, kind: 'uint32' },
  },
  CropParameter: {
    axis: { number: 1, kind: 'int32', default: 2 },
    offset: { number: 2, kind: 'uint32', repeated: true },
  },
  FlattenParameter: {
    axis: { number: 1, kind: 'int32', default: 1 },
    end_axis: { number: 2, kind: 'int32', default: -1 },
  },
  ReshapeParameter: {
    shape: { number: 1, kind: 'message', of: 'BlobShape' },
    axis: { number: 2, kind: 'int32', default: 0 },
    num_axes: { number: 3, kind: 'int32', default: -1 },
  },
  PermuteParameter: {
    order: { number: 1, kind: 'uint32', repeated: true },
  },
  ReorgParameter: {
    stride: { number: 1, kind: 'uint32' },
    reverse: { number: 2, kind: 'bool', default: false },
  },
  ShuffleChannelParameter: {
    group: { number: 1, kind: 'uint32', default: 1 },
  },
  TileParameter: {
    axis: { number: 1, kind: 'int32', default: 1 },
    tiles: { number: 2, kind: 'int32' },
  },
  InterpParameter: {
    height: { number: 1, kind: 'int32', default: 0 },
    width: { number: 2, kind: 'int32', default: 0 },
    zoom_factor: { number: 3, kind: 'int32', default: 1 },
    shrink_factor: { number: 4, kind: 'int32', default: 1 },
    pad_beg: { number: 5, kind: 'int32', default: 0 },
    pad_end: { number: 6, kind: 'int32', default: 0 },
  },
  UpsampleParameter: {
    scale: { number: 1, kind: 'int32', default: 2 },
    scale_h: { number: 2, kind: 'int32' },
    scale_w: { number: 3, kind: 'int32' },
    pad_out_h: { number: 4, kind: 'bool', default: false },
    pad_out_w: { number: 5, kind: 'bool', default: false },
    upsample_h: { number: 6, kind: 'int32' },
    upsample_w: { number: 7, kind: 'int32' },
  },
} as const;
