import { OperatorError } from '../../graph/ir/operator.ts';
import { parameterShape, quantizedType } from '../../graph/ops/elementwise/quantization.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { reduced } from '../reduction/reduce.ts';
import { defaultBlobShape } from '../views.ts';
import { binaryTerm, clamp, constantTerm, defineTerm, dynamicTerm, type Term, term, unaryTerm } from './formula.ts';
import { exactQuotient, refinedQuotient } from './integers.ts';
import { minNormal } from './power.ts';

/** Simulated quantization: the integers are stored as float32, like all others. */
export const quantizationLowerings: LoweringFamily = {
  QuantizeLinear: (node) => {
    warnOfRounding(node);
    const { low, high } = quantizedType(node);
    const scaled = refinedQuotient(node, term(node, 0), parameter(node, 1) ?? 1);
    defineTerm(node, 0, clamp(node, low, high, plus(node, unaryTerm(node, 'ROUND', scaled), parameter(node, 2))));
  },
  DequantizeLinear: (node) => {
    const zero = parameter(node, 2);
    const x = term(node, 0);
    const shifted = zero === undefined || zero === 0 ? x : binaryTerm(node, 'SUB', x, zero);
    defineTerm(node, 0, binaryTerm(node, 'MUL', shifted, parameter(node, 1) ?? 1));
  },
  DynamicQuantizeLinear: (node) => {
    warnOfRounding(node);
    const x = term(node, 0);
    const axes = node.shape(0).map((_, axis) => axis);
    const high = binaryTerm(node, 'MAX', reduced(node, 'MAX', x, axes, false), 0);
    const low = binaryTerm(node, 'MIN', reduced(node, 'MIN', x, axes, false), 0);
    const scale = exactQuotient(node, binaryTerm(node, 'SUB', high, low), 255);
    // If all elements are zero, the quotients below are 0 for any divisor.
    const divisor = binaryTerm(node, 'MAX', scale, minNormal);
    const zero = clamp(node, 0, 255, unaryTerm(node, 'ROUND', exactQuotient(node, unaryTerm(node, 'NEG', low), divisor)));
    const steps = unaryTerm(node, 'ROUND', exactQuotient(node, x, divisor));
    defineTerm(node, 0, clamp(node, 0, 255, binaryTerm(node, 'ADD', steps, zero)));
    defineTerm(node, 1, scale);
    defineTerm(node, 2, zero);
  },
};

/** The quotient is exact, but the last digit of its float32 dividend depends on the order of summation. */
function warnOfRounding(node: LoweringNode): void {
  node.warn(
    'a value midway between two quantized steps may be rounded in the other direction',
    'Compare the results on your own data; if one step matters, export the model without quantization.',
  );
}

function plus(node: LoweringNode, x: Term, zero: Term | undefined): Term {
  return zero === undefined || zero === 0 ? x : binaryTerm(node, 'ADD', x, zero);
}

/** A scale or zero point, in the N-D shape in which it broadcasts. */
function parameter(node: LoweringNode, index: number): Term | undefined {
  const operand = node.optionalInput(index);
  if (operand === undefined) return undefined;
  const { constant } = operand;
  const operandShape = node.shape(index).map(Number);
  if (operandShape.some(Number.isNaN)) throw new OperatorError('shape', `the shape of "${operand.name}" must be known`);
  const { shape, repeats } = parameterShape(node, node.shape(0), operandShape);
  if (repeats !== 1) throw new OperatorError('unsupported', 'ncnn does not support blocked quantization');
  if (constant === undefined) return { blob: dynamicTerm(node, term(node, index)).blob, shape };
  return constant.size === 1
    ? constant.toFloat32()[0]
    : constantTerm(node, constant.toFloat32(), shape, `${operand.name} ${defaultBlobShape(shape).join()}`);
}
