import type { LayerRecord } from '../../record.ts';
import { detectionColumns } from './detectionColumns.ts';

const yoloDetectionOutputParams = {
  num_class: { id: 0, kind: 'int', default: 20 },
  num_box: { id: 1, kind: 'int', default: 5 },
  confidence_threshold: { id: 2, kind: 'float', default: 0.01 },
  nms_threshold: { id: 3, kind: 'float', default: 0.45 },
  biases: { id: 4, kind: 'floats' },
} as const;

export const YoloDetectionOutput: LayerRecord<typeof yoloDetectionOutputParams> = {
  index: 56,
  since: 20180704,
  family: 'other',
  inplace: true,
  params: yoloDetectionOutputParams,
  elements: 'stepped',
  columns: detectionColumns,
  creates: { always: ['Softmax'] },
};

const yolov3DetectionOutputParams = {
  num_class: { id: 0, kind: 'int', default: 20 },
  num_box: { id: 1, kind: 'int', default: 5 },
  confidence_threshold: { id: 2, kind: 'float', default: 0.01 },
  nms_threshold: { id: 3, kind: 'float', default: 0.45 },
  biases: { id: 4, kind: 'floats' },
  mask: { id: 5, kind: 'floats', intsAreBits: true },
  anchors_scale: { id: 6, kind: 'floats' },
} as const;

export const Yolov3DetectionOutput: LayerRecord<typeof yolov3DetectionOutputParams> = {
  index: 59,
  since: 20181228,
  family: 'other',
  params: yolov3DetectionOutputParams,
  elements: 'stepped',
  columns: detectionColumns,
};
