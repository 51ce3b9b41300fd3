import { changeNode, type Normalization } from './adapter.ts';

/** Before operator set 16 coordinates are not shifted by half a pixel, which then became the default. */
export const roiAlign: Normalization = {
  operators: ['RoiAlign'],
  since: 16,
  normalize: (node) => [
    changeNode(node.node, { attributes: { coordinate_transformation_mode: { kind: 'string', value: 'output_half_pixel' } } }),
  ],
};
