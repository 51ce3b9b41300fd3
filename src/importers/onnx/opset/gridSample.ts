import { changeAttributes, type OpsetAdapter } from './adapter.ts';

/** Operator set 20 renames the modes, as they are no longer for images alone. */
export const gridSampleAdapter: OpsetAdapter = {
  operators: ['GridSample'],
  since: 20,
  upgrade: (view, edit) => {
    const mode = view.string('mode', 'bilinear');
    const value = mode === 'bilinear' ? 'linear' : mode === 'bicubic' ? 'cubic' : mode;
    return edit.emitLike(view.node, { attributes: changeAttributes(view.node, { mode: { kind: 'string', value } }) });
  },
};
