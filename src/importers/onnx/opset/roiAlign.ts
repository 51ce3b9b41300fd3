import { changeAttributes, type OpsetAdapter } from './adapter.ts';

/** Before operator set 16 coordinates are not shifted by half a pixel; the shift became the default in 16. */
export const roiAlignAdapter: OpsetAdapter = {
  operators: ['RoiAlign'],
  since: 16,
  upgrade: ({ node }, edit) => {
    const mode = { kind: 'string', value: 'output_half_pixel' } as const;
    return edit.emitLike(node, { attributes: changeAttributes(node, { coordinate_transformation_mode: mode }) });
  },
};
