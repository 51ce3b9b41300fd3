import { integersToInput, type OpsetAdapter } from './adapter.ts';

/** `ReduceSum` takes its axes as an input since operator set 13. */
export const reduceSumAdapter: OpsetAdapter = {
  operators: ['ReduceSum'],
  since: 13,
  upgrade: (node, edit) => integersToInput(node, 'axes', 1, edit),
};

/** The other reductions take their axes as an input since operator set 18. */
export const reductionsAdapter: OpsetAdapter = {
  operators: [
    'ReduceL1',
    'ReduceL2',
    'ReduceLogSum',
    'ReduceLogSumExp',
    'ReduceMax',
    'ReduceMean',
    'ReduceMin',
    'ReduceProd',
    'ReduceSumSquare',
  ],
  since: 18,
  upgrade: (node, edit) => integersToInput(node, 'axes', 1, edit),
};
