/** The net, its blobs, and the rules that select layers by phase. */
export const netMessages = {
  NetParameter: {
    name: { number: 1, kind: 'string' },
    input: { number: 3, kind: 'string', repeated: true },
    input_shape: { number: 8, kind: 'message', of: 'BlobShape', repeated: true },
    input_dim: { number: 4, kind: 'int32', repeated: true },
    state: { number: 6, kind: 'message', of: 'NetState' },
    layer: { number: 100, kind: 'message', of: 'LayerParameter', repeated: true },
    layers: { number: 2, kind: 'message', of: 'V1LayerParameter', repeated: true },
  },
  NetState: {
    phase: { number: 1, kind: 'enum', of: 'Phase', default: 'TEST' },
    level: { number: 2, kind: 'int32', default: 0 },
    stage: { number: 3, kind: 'string', repeated: true },
  },
  NetStateRule: {
    phase: { number: 1, kind: 'enum', of: 'Phase' },
    min_level: { number: 2, kind: 'int32' },
    max_level: { number: 3, kind: 'int32' },
    stage: { number: 4, kind: 'string', repeated: true },
    not_stage: { number: 5, kind: 'string', repeated: true },
  },
  BlobShape: {
    dim: { number: 1, kind: 'int64', repeated: true },
  },
  BlobProto: {
    raw_data_type: { number: 10, kind: 'enum', of: 'DataType' },
    raw_data: { number: 12, kind: 'bytes' },
    shape: { number: 7, kind: 'message', of: 'BlobShape' },
    data: { number: 5, kind: 'packed-float' },
    double_data: { number: 8, kind: 'packed-double' },
    num: { number: 1, kind: 'int32', default: 0 },
    channels: { number: 2, kind: 'int32', default: 0 },
    height: { number: 3, kind: 'int32', default: 0 },
    width: { number: 4, kind: 'int32', default: 0 },
  },
} as const;
