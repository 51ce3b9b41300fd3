import type { OperatorRule, OperatorRules } from '../operator.ts';
import { activationOperatorRules } from './activation.ts';
import { createOperatorRules } from './create.ts';
import { detectionOperatorRules } from './detection.ts';
import { elementwiseOperatorRules } from './elementwise.ts';
import { linearOperatorRules } from './linear.ts';
import { lookupOperatorRules } from './lookup.ts';
import { matrixOperatorRules } from './matrix.ts';
import { movementOperatorRules } from './movement.ts';
import { normalizationOperatorRules } from './normalization.ts';
import { poolingOperatorRules } from './pooling.ts';
import { recurrentOperatorRules } from './recurrent.ts';
import { reductionOperatorRules } from './reduction.ts';
import { reshapeOperatorRules } from './reshape.ts';
import { resizeOperatorRules } from './resize.ts';
import { sliceOperatorRules } from './slice.ts';
import { softmaxOperatorRules } from './softmax.ts';
import { specialOperatorRules } from './special.ts';
import { unaryOperatorRules } from './unary.ts';

/** All families of operators. To add one, add a file here and an entry in this list. */
const families: readonly OperatorRules[] = [
  linearOperatorRules,
  normalizationOperatorRules,
  activationOperatorRules,
  softmaxOperatorRules,
  poolingOperatorRules,
  unaryOperatorRules,
  specialOperatorRules,
  elementwiseOperatorRules,
  reductionOperatorRules,
  reshapeOperatorRules,
  movementOperatorRules,
  sliceOperatorRules,
  matrixOperatorRules,
  lookupOperatorRules,
  createOperatorRules,
  resizeOperatorRules,
  recurrentOperatorRules,
  detectionOperatorRules,
];

/** The rules of all operators, by MXNet operator name. */
export const operatorRules: ReadonlyMap<string, OperatorRule> = new Map(
  families.flatMap((family) => Object.entries(family)).map(([name, rule]) => [name, typeof rule === 'function' ? { convert: rule } : rule]),
);

/** The role of an operand: `data`, `label`, or the name of a weight. */
export function argumentName(operator: string, operand: number): string {
  return operatorRules.get(operator)?.arguments?.[operand] ?? 'data';
}
