import { changeNode, type Normalisation } from './adapter.ts';

/** Before operator set 16 coordinates are not shifted by half a pixel, which then became the default. */
export const roiAlign: Normalisation = {
  operators: ['RoiAlign'],
  since: 16,
  normalise: (node) => [
    changeNode(node.node, { attributes: { coordinate_transformation_mode: { kind: 'string', value: 'output_half_pixel' } } }),
  ],
};
