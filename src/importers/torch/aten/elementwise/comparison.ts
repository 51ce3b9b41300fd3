import { categoryOf } from '../../values/dtype.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, type AtenOperator, atenOperator } from '../operator.ts';
import { commonDtype, operandAs, promoted } from '../promotion.ts';

const comparisons = [
  ['eq', 'Equal'],
  ['lt', 'Less'],
  ['le', 'LessOrEqual'],
  ['gt', 'Greater'],
  ['ge', 'GreaterOrEqual'],
] as const;

const bitOperators = { and: ['And', 'BitwiseAnd'], or: ['Or', 'BitwiseOr'], xor: ['Xor', 'BitwiseXor'] } as const;

/** Comparisons, and logical operators. */
export const comparisonFamily: AtenFamily = [
  ...comparisons.flatMap(([name, operator]) => compare(name, (call) => call.emit(operator, comparable(call)))),
  ...compare('ne', (call) => call.emit('Not', [call.emit('Equal', comparable(call))])),
  ...compare('not_equal', (call) => call.emit('Not', [call.emit('Equal', comparable(call))])),
  ...compare('greater', (call) => call.emit('Greater', comparable(call))),
  ...compare('greater_equal', (call) => call.emit('GreaterOrEqual', comparable(call))),
  ...compare('less', (call) => call.emit('Less', comparable(call))),
  ...compare('less_equal', (call) => call.emit('LessOrEqual', comparable(call))),
  atenOperator('logical_and(Tensor self, Tensor other) -> Tensor', (call) => logical(call, 'And')),
  atenOperator('logical_or(Tensor self, Tensor other) -> Tensor', (call) => logical(call, 'Or')),
  atenOperator('logical_xor(Tensor self, Tensor other) -> Tensor', (call) => logical(call, 'Xor')),
  atenOperator('logical_not(Tensor self) -> Tensor', (call) => call.emit('Not', [truth(call, 'self')])),
  atenOperator('bitwise_not(Tensor self) -> Tensor', (call) => {
    const value = call.input('self');
    return call.emit(call.dtypeOf(value) === 'bool' ? 'Not' : 'BitwiseNot', [value]);
  }),
  ...(['and', 'or', 'xor'] as const).flatMap((name): readonly AtenOperator[] => [
    atenOperator(`bitwise_${name}.Tensor(Tensor self, Tensor other) -> Tensor`, (call) => bitwise(call, name)),
    atenOperator(`bitwise_${name}.Scalar(Tensor self, Scalar other) -> Tensor`, (call) => bitwise(call, name)),
    atenOperator(`__${name}__.Tensor(Tensor self, Tensor other) -> Tensor`, (call) => bitwise(call, name)),
    atenOperator(`__${name}__.Scalar(Tensor self, Scalar other) -> Tensor`, (call) => bitwise(call, name)),
  ]),
  atenOperator('isnan(Tensor self) -> Tensor', (call) => call.emit('IsNaN', [call.input('self')])),
  atenOperator('isinf(Tensor self) -> Tensor', (call) => call.emit('IsInf', [call.input('self')])),
  atenOperator('isfinite(Tensor self) -> Tensor', (call) => {
    const value = call.input('self');
    return call.emit('Not', [call.emit('Or', [call.emit('IsNaN', [value]), call.emit('IsInf', [value])])]);
  }),
  atenOperator('isclose(Tensor self, Tensor other, float rtol=1e-05, float atol=1e-08, bool equal_nan=False) -> Tensor', (call) => {
    const [left = '', right = ''] = promoted(call, 'self', 'other');
    const bound = call.emit('Mul', [call.emit('Abs', [right]), call.scalarLike(call.float('rtol'), right)]);
    const limit = call.emit('Add', [bound, call.scalarLike(call.float('atol'), right)]);
    return call.emit('LessOrEqual', [call.emit('Abs', [call.emit('Sub', [left, right])]), limit]);
  }),
];

function compare(name: string, convert: (call: AtenCall) => string): readonly AtenOperator[] {
  return [
    atenOperator(`${name}.Tensor(Tensor self, Tensor other) -> Tensor`, convert),
    atenOperator(`${name}.Scalar(Tensor self, Scalar other) -> Tensor`, convert),
  ];
}

/** The operands in a type that can be ordered. */
function comparable(call: AtenCall): readonly string[] {
  const dtype = commonDtype(call, ['self', 'other']);
  return ['self', 'other'].map((name) => operandAs(call, name, dtype === 'bool' ? 'int32' : dtype));
}

/** Whether an operand is nonzero. */
function truth(call: AtenCall, name: string): string {
  return call.cast(call.input(name), 'bool');
}

function logical(call: AtenCall, operator: string): string {
  return call.emit(operator, [truth(call, 'self'), truth(call, 'other')]);
}

function bitwise(call: AtenCall, name: keyof typeof bitOperators): string {
  const operands = promoted(call, 'self', 'other');
  const [ofBools, ofIntegers] = bitOperators[name];
  return call.emit(categoryOf(call.dtypeOf(operands[0] ?? '')) === 'bool' ? ofBools : ofIntegers, operands);
}
