import { changeNode, type Normalization } from './adapter.ts';

/** Operator set 20 renames the modes, as they are no longer for images alone. */
export const gridSample: Normalization = {
  operators: ['GridSample'],
  since: 20,
  normalize: (node) => {
    const mode = node.string('mode', 'bilinear');
    const value = mode === 'bilinear' ? 'linear' : mode === 'bicubic' ? 'cubic' : mode;
    return [changeNode(node.node, { attributes: { mode: { kind: 'string', value } } })];
  },
};
