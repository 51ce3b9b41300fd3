import { changeAttributes, integersToInput, type OpsetAdapter } from './adapter.ts';

/** The sizes are an attribute before operator set 13; where there are none, 18 wants the number of equal parts said. */
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
