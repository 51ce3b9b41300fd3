import { changeNode, type OpsetAdapter } from './adapter.ts';

/** Before operator set 16 coordinates are not shifted by half a pixel, which then became the default. */
export const roiAlignAdapter: OpsetAdapter = {
  operators: ['RoiAlign'],
  since: 16,
  upgrade: (node) => [
    changeNode(node.node, { attributes: { coordinate_transformation_mode: { kind: 'string', value: 'output_half_pixel' } } }),
  ],
};
