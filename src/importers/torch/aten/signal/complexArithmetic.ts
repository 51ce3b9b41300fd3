import { sameShape } from '../../../../graph/ir/dimension.ts';
import type { AtenCall } from '../call.ts';
import type { ConvertCall } from '../operator.ts';
import { complexParts, joinedParts } from './complexParts.ts';

/** An operand of complex arithmetic; a real one has no imaginary part. */
interface ComplexOperand {
  readonly real: string;
  readonly imaginary: string | undefined;
}

/** A rule with a different one for calls of which an operand is complex. */
export function withComplex(convert: ConvertCall, convertComplex: ConvertCall): ConvertCall {
  return (call) => (call.isComplex('self') || call.isComplex('other') ? convertComplex(call) : convert(call));
}

/** `left ± alpha · right`. */
export function complexSum(operator: 'Add' | 'Sub', left: string, right: string): ConvertCall {
  return (call) => {
    const [{ real: a, imaginary: b }, { real: c, imaginary: d }] = [operandOf(call, left), operandOf(call, right)];
    const alpha = call.float('alpha');
    const scaled = (value: string): string => (alpha === 1 ? value : call.emit('Mul', [value, call.scalarLike(alpha, value)]));
    const real = call.emit(operator, [a, scaled(c)]);
    const zero = call.scalarLike(0, real);
    const imaginary = d === undefined ? (b ?? zero) : call.emit(operator, [b ?? zero, scaled(d)]);
    return result(call, real, imaginary);
  };
}

export const complexProduct: ConvertCall = (call) => {
  const [self, other] = [operandOf(call, 'self'), operandOf(call, 'other')];
  return product(call, self, other);
};

export const complexQuotient: ConvertCall = (call) => {
  const [{ real: a, imaginary: b }, { real: c, imaginary: d }] = [operandOf(call, 'self'), operandOf(call, 'other')];
  const by = (value: string, divisor: string): string => call.emit('Div', [value, divisor]);
  if (d === undefined) return result(call, by(a, c), by(b ?? call.scalarLike(0, a), c));
  // The quotient is the product with the reciprocal, which is the conjugate divided by the squared magnitude.
  const squared = call.emit('Add', [call.emit('Mul', [c, c]), call.emit('Mul', [d, d])]);
  return product(call, { real: a, imaginary: b }, { real: by(c, squared), imaginary: call.emit('Neg', [by(d, squared)]) });
};

function product(call: AtenCall, left: ComplexOperand, right: ComplexOperand): ReturnType<ConvertCall> {
  const [{ real: a, imaginary: b }, { real: c, imaginary: d }] = [left, right];
  const times = (one: string, other: string): string => call.emit('Mul', [one, other]);
  if (d === undefined) return result(call, times(a, c), times(b ?? call.scalarLike(0, a), c));
  if (b === undefined) return result(call, times(a, c), times(a, d));
  return result(call, call.emit('Sub', [times(a, c), times(b, d)]), call.emit('Add', [times(a, d), times(b, c)]));
}

/** The parts of an operand. Real numbers get the type of the parts. */
function operandOf(call: AtenCall, name: string): ComplexOperand {
  if (call.isComplex(name)) {
    const [real, imaginary] = complexParts(call, call.complexInput(name));
    return { real, imaginary };
  }
  const dtype = call.dtypeOf(call.complexInput(name === 'self' ? 'other' : 'self'));
  return { real: call.cast(call.input(name), dtype), imaginary: undefined };
}

/** A complex result; an imaginary part that a real operand does not broadcast gets the shape of the real part. */
function result(call: AtenCall, real: string, imaginary: string): ReturnType<ConvertCall> {
  const isSame = sameShape(call.shapeOf(real), call.shapeOf(imaginary));
  const spread = isSame ? imaginary : call.emit('Expand', [imaginary, call.sizeVector(call.sizeArguments(real))]);
  return call.complexResult(joinedParts(call, [real, spread]));
}
