/**
 * What the operands of an operator are, by MXNet's own names of its arguments. Those not listed, and those called `data`, are computed;
 * a `label` is read by training alone; all others are what was learned.
 */
const rolesOf: Readonly<Record<string, readonly string[]>> = {
  Convolution: ['data', 'weight', 'bias'],
  Convolution_v1: ['data', 'weight', 'bias'],
  Deconvolution: ['data', 'weight', 'bias'],
  FullyConnected: ['data', 'weight', 'bias'],
  Embedding: ['data', 'weight'],
  BatchNorm: ['data', 'gamma', 'beta', 'moving_mean', 'moving_var'],
  BatchNorm_v1: ['data', 'gamma', 'beta', 'moving_mean', 'moving_var'],
  CuDNNBatchNorm: ['data', 'gamma', 'beta', 'moving_mean', 'moving_var'],
  _contrib_SyncBatchNorm: ['data', 'gamma', 'beta', 'moving_mean', 'moving_var'],
  InstanceNorm: ['data', 'gamma', 'beta'],
  LayerNorm: ['data', 'gamma', 'beta'],
  GroupNorm: ['data', 'gamma', 'beta'],
  LeakyReLU: ['data', 'gamma'],
  RNN: ['data', 'parameters'],
  SoftmaxOutput: ['data', 'label'],
  Softmax: ['data', 'label'],
  SVMOutput: ['data', 'label'],
  LinearRegressionOutput: ['data', 'label'],
  LogisticRegressionOutput: ['data', 'label'],
  MAERegressionOutput: ['data', 'label'],
  _contrib_MultiBoxTarget: ['data', 'label', 'data'],
};

/** The role of an operand: `data`, `label`, or the name of a weight. */
export function argumentName(operator: string, operand: number): string {
  return rolesOf[operator]?.[operand] ?? 'data';
}

/** Operators that only training needs: what depends on one is no result of a trained net. */
export const trainingOperators: ReadonlySet<string> = new Set(['_contrib_MultiBoxTarget', 'MultiBoxTarget', '_contrib_Proposal_target']);
