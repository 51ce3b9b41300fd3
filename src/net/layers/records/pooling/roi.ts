import type { LayerRecord } from '../../record.ts';

const psroiPoolingParams = {
  pooled_width: { id: 0, kind: 'int', default: 7 },
  pooled_height: { id: 1, kind: 'int', default: 7 },
  spatial_scale: { id: 2, kind: 'float', default: 0.0625 },
  output_dim: { id: 3, kind: 'int', default: 0 },
} as const;

export const PSROIPooling: LayerRecord<typeof psroiPoolingParams> = {
  index: 60,
  since: 20181228,
  family: 'pooling',
  params: psroiPoolingParams,
};

const roiAlignParams = {
  pooled_width: { id: 0, kind: 'int', default: 0 },
  pooled_height: { id: 1, kind: 'int', default: 0 },
  spatial_scale: { id: 2, kind: 'float', default: 1 },
  sampling_ratio: { id: 3, kind: 'int', default: 0, since: 20200616 },
  aligned: { id: 4, kind: 'int', default: 0, since: 20200616 },
  version: { id: 5, kind: 'int', default: 0, since: 20200616 },
} as const;

export const ROIAlign: LayerRecord<typeof roiAlignParams> = {
  index: 61,
  since: 20181228,
  family: 'pooling',
  params: roiAlignParams,
};

const roiPoolingParams = {
  pooled_width: { id: 0, kind: 'int', default: 0 },
  pooled_height: { id: 1, kind: 'int', default: 0 },
  spatial_scale: { id: 2, kind: 'float', default: 1 },
} as const;

export const ROIPooling: LayerRecord<typeof roiPoolingParams> = {
  index: 28,
  since: 20170724,
  family: 'pooling',
  params: roiPoolingParams,
};
