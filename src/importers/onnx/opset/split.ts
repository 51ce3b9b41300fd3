import { changeAttributes, integersToInput, type OpsetAdapter } from './adapter.ts';

/** The sizes are an attribute before operator set 13. Without sizes, operator set 18 requires the number of equal parts. */
export const splitAdapter: OpsetAdapter = {
  operators: ['Split'],
  since: 18,
  upgrade: (view, edit, { opset }) => {
    const sized = opset < 13 ? integersToInput(view, 'split', 1, edit) : undefined;
    if (sized !== undefined || view.inputCount > 1) return sized;
    const parts = { kind: 'int', value: BigInt(view.outputCount) } as const;
    return edit.emitLike(view.node, { attributes: changeAttributes(view.node, { num_outputs: parts }) });
  },
};
