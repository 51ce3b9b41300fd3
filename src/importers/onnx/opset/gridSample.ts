import { changeAttributes, type OpsetAdapter } from './adapter.ts';

/** Operator set 20 renamed the modes, since the operator is no longer limited to images. */
export const gridSampleAdapter: OpsetAdapter = {
  operators: ['GridSample'],
  since: 20,
  upgrade: (view, edit) => {
    const mode = view.string('mode', 'bilinear');
    const value = mode === 'bilinear' ? 'linear' : mode === 'bicubic' ? 'cubic' : mode;
    return edit.emitLike(view.node, { attributes: changeAttributes(view.node, { mode: { kind: 'string', value } }) });
  },
};
