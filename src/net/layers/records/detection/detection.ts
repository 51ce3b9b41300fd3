import type { LayerRecord } from '../../record.ts';
import { detectionColumns } from './detectionColumns.ts';

const detectionOutputParams = {
  num_class: { id: 0, kind: 'int', default: 0 },
  nms_threshold: { id: 1, kind: 'float', default: 0.05 },
  nms_top_k: { id: 2, kind: 'int', default: 300 },
  keep_top_k: { id: 3, kind: 'int', default: 100 },
  confidence_threshold: { id: 4, kind: 'float', default: 0.5 },
  variances_0: { id: 5, kind: 'float', default: 0.1 },
  variances_1: { id: 6, kind: 'float', default: 0.1 },
  variances_2: { id: 7, kind: 'float', default: 0.2 },
  variances_3: { id: 8, kind: 'float', default: 0.2 },
} as const;

export const DetectionOutput: LayerRecord<typeof detectionOutputParams> = {
  index: 49,
  since: 20171017,
  family: 'other',
  params: detectionOutputParams,
  elements: 'stepped',
  columns: detectionColumns,
};

const priorBoxParams = {
  min_sizes: { id: 0, kind: 'floats' },
  max_sizes: { id: 1, kind: 'floats' },
  aspect_ratios: { id: 2, kind: 'floats' },
  variances_0: { id: 3, kind: 'float', default: 0.1 },
  variances_1: { id: 4, kind: 'float', default: 0.1 },
  variances_2: { id: 5, kind: 'float', default: 0.2 },
  variances_3: { id: 6, kind: 'float', default: 0.2 },
  flip: { id: 7, kind: 'int', default: 1 },
  clip: { id: 8, kind: 'int', default: 0 },
  image_width: { id: 9, kind: 'int', default: 0 },
  image_height: { id: 10, kind: 'int', default: 0 },
  step_width: { id: 11, kind: 'float', default: -233 },
  step_height: { id: 12, kind: 'float', default: -233 },
  offset: { id: 13, kind: 'float', default: 0 },
  step_mmdetection: { id: 14, kind: 'int', default: 0, since: 20191113 },
  center_mmdetection: { id: 15, kind: 'int', default: 0, since: 20191113 },
} as const;

export const PriorBox: LayerRecord<typeof priorBoxParams> = {
  index: 48,
  since: 20171017,
  family: 'other',
  params: priorBoxParams,
};

const proposalParams = {
  feat_stride: { id: 0, kind: 'int', default: 16 },
  base_size: { id: 1, kind: 'int', default: 16 },
  pre_nms_topN: { id: 2, kind: 'int', default: 6000 },
  after_nms_topN: { id: 3, kind: 'int', default: 300 },
  nms_thresh: { id: 4, kind: 'float', default: 0.7 },
  min_size: { id: 5, kind: 'int', default: 16 },
} as const;

export const Proposal: LayerRecord<typeof proposalParams> = {
  index: 24,
  since: 20170724,
  family: 'other',
  params: proposalParams,
  elements: 'stepped',
};
