import { integersToInput, type OpsetAdapter } from './adapter.ts';

/** `ReduceSum` takes its axes as an input from operator set 13 on, */
export const reduceSumAdapter: OpsetAdapter = {
  operators: ['ReduceSum'],
  since: 13,
  upgrade: (node, edit) => integersToInput(node, 'axes', 1, edit),
};

/** and the others from 18 on. */
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
