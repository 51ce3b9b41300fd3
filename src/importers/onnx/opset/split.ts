import { changeNode, integersToInput, type OpsetAdapter } from './adapter.ts';

/** The sizes are an attribute before operator set 13; where there are none, 18 wants the number of equal parts said. */
export const splitAdapter: OpsetAdapter = {
  operators: ['Split'],
  since: 18,
  upgrade: (node, context) => {
    const sized = context.opset < 13 ? integersToInput(node, 'split', 1, context) : node.node;
    if (sized.inputs.length > 1) return [sized];
    return [changeNode(sized, { attributes: { num_outputs: { kind: 'int', value: BigInt(node.outputCount) } } })];
  },
};
