import type { OperatorRule, OperatorRules } from '../operator.ts';
import { activationRules } from './activation.ts';
import { createRules } from './create.ts';
import { detectionRules } from './detection.ts';
import { elementwiseRules } from './elementwise.ts';
import { linearRules } from './linear.ts';
import { lookupRules } from './lookup.ts';
import { matrixRules } from './matrix.ts';
import { movementRules } from './movement.ts';
import { normalizationRules } from './normalization.ts';
import { poolingRules } from './pooling.ts';
import { recurrentRules } from './recurrent.ts';
import { reductionRules } from './reduction.ts';
import { reshapeRules } from './reshape.ts';
import { resizeRules } from './resize.ts';
import { sliceRules } from './slice.ts';
import { softmaxRules } from './softmax.ts';
import { specialRules } from './special.ts';
import { unaryRules } from './unary.ts';

/** Every family of operators. A new one is a file here and a line in this list. */
const families: readonly OperatorRules[] = [
  linearRules,
  normalizationRules,
  activationRules,
  softmaxRules,
  poolingRules,
  unaryRules,
  specialRules,
  elementwiseRules,
  reductionRules,
  reshapeRules,
  movementRules,
  sliceRules,
  matrixRules,
  lookupRules,
  createRules,
  resizeRules,
  recurrentRules,
  detectionRules,
];

/** The rules of all operators, by the names under which symbols have them. */
export const operatorRules: ReadonlyMap<string, OperatorRule> = new Map(families.flatMap((family) => Object.entries(family)));
