import { integersToInput, type Normalization } from './adapter.ts';

/** `ReduceSum` takes its axes as an input from operator set 13 on, */
export const reduceSum: Normalization = {
  operators: ['ReduceSum'],
  since: 13,
  normalize: (node, context) => [integersToInput(node, 'axes', 1, context)],
};

/** and the others from 18 on. */
export const reductions: Normalization = {
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
  normalize: (node, context) => [integersToInput(node, 'axes', 1, context)],
};
