import { changeNode, type OpsetAdapter } from './adapter.ts';

/** Operator set 20 renames the modes, as they are no longer for images alone. */
export const gridSampleAdapter: OpsetAdapter = {
  operators: ['GridSample'],
  since: 20,
  upgrade: (node) => {
    const mode = node.string('mode', 'bilinear');
    const value = mode === 'bilinear' ? 'linear' : mode === 'bicubic' ? 'cubic' : mode;
    return [changeNode(node.node, { attributes: { mode: { kind: 'string', value } } })];
  },
};
