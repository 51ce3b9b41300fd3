import type { BatchRule } from '../../ir/batchRule.ts';
import type { OperatorFacts } from '../../ir/operatorFacts.ts';

/** The samples on axis 0 of the first operand are computed independently; the other operands are weights. */
export const batchOfSamples: BatchRule = (_node, [first, ...others]) =>
  first === 0 && others.every((axis) => axis === undefined) ? 0 : undefined;

/** Facts of an operator over [samples, …]. */
export const samplewise: OperatorFacts = { perSample: true, batch: batchOfSamples };

/** Facts of an operator over images, [samples, channels, …]. */
export const imagewise: OperatorFacts = { ...samplewise, channels: 'first' };
