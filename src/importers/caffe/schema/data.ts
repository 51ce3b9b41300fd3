/** Inputs and layers that read data. */
export const dataMessages = {
  InputParameter: {
    shape: { number: 1, kind: 'message', of: 'BlobShape', repeated: true },
  },
  TransformationParameter: {
    scale: { number: 1, kind: 'float', default: 1 },
    mean_file: { number: 4, kind: 'string' },
    mean_value: { number: 5, kind: 'float', repeated: true },
    crop_size: { number: 3, kind: 'uint32', default: 0 },
    force_color: { number: 6, kind: 'bool', default: false },
    force_gray: { number: 7, kind: 'bool', default: false },
  },
  DummyDataParameter: {
    shape: { number: 6, kind: 'message', of: 'BlobShape', repeated: true },
    num: { number: 2, kind: 'uint32', repeated: true },
    channels: { number: 3, kind: 'uint32', repeated: true },
    height: { number: 4, kind: 'uint32', repeated: true },
    width: { number: 5, kind: 'uint32', repeated: true },
  },
  HDF5DataParameter: {
    batch_size: { number: 2, kind: 'uint32' },
  },
  ImageDataParameter: {
    batch_size: { number: 4, kind: 'uint32', default: 1 },
    new_height: { number: 9, kind: 'uint32', default: 0 },
    new_width: { number: 10, kind: 'uint32', default: 0 },
    is_color: { number: 11, kind: 'bool', default: true },
    scale: { number: 2, kind: 'float', default: 1 },
    crop_size: { number: 5, kind: 'uint32', default: 0 },
  },
  MemoryDataParameter: {
    batch_size: { number: 1, kind: 'uint32' },
    channels: { number: 2, kind: 'uint32' },
    height: { number: 3, kind: 'uint32' },
    width: { number: 4, kind: 'uint32' },
  },
  WindowDataParameter: {
    scale: { number: 2, kind: 'float', default: 1 },
    batch_size: { number: 4, kind: 'uint32' },
    crop_size: { number: 5, kind: 'uint32', default: 0 },
  },
} as const;
