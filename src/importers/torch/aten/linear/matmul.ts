import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { commonDtype, operandAs } from '../promotion.ts';

/** Products of matrices and vectors. */
export const matmulFamily: AtenFamily = [
  atenOperator('linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor', linear),
  atenOperator('matmul(Tensor self, Tensor other) -> Tensor', (call) => product(call, 'self', 'other')),
  atenOperator('mm(Tensor self, Tensor mat2) -> Tensor', (call) => product(call, 'self', 'mat2')),
  atenOperator('bmm(Tensor self, Tensor mat2) -> Tensor', (call) => product(call, 'self', 'mat2')),
  atenOperator('mv(Tensor self, Tensor vec) -> Tensor', (call) => product(call, 'self', 'vec')),
  atenOperator('dot(Tensor self, Tensor tensor) -> Tensor', (call) => product(call, 'self', 'tensor')),
  atenOperator('inner(Tensor self, Tensor other) -> Tensor', (call) => {
    const other = call.input('other');
    const rank = call.rankOf(other);
    if (rank < 2 || call.rankOf(call.input('self')) < 2) return product(call, 'self', 'other');
    if (rank > 2) throw new OperatorError('unsupported', 'inner of tensors with more than two axes is not supported');
    return call.emit('MatMul', [call.input('self'), call.transpose(other, [1, 0])]);
  }),
  atenOperator('outer(Tensor self, Tensor vec2) -> Tensor', (call) => outer(call, 'vec2')),
  atenOperator('ger(Tensor self, Tensor vec2) -> Tensor', (call) => outer(call, 'vec2')),
  atenOperator('addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor', (call) =>
    scaledSum(call, call.emit('MatMul', [call.input('mat1'), call.input('mat2')])),
  ),
  atenOperator('addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor', (call) =>
    scaledSum(call, call.emit('MatMul', [call.input('mat'), call.input('vec')])),
  ),
  atenOperator('addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor', (call) => {
    const columns = call.unsqueeze(call.input('vec1'), [1]);
    return scaledSum(call, call.emit('Mul', [columns, call.input('vec2')]));
  }),
  atenOperator('baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor', (call) =>
    scaledSum(call, call.emit('MatMul', [call.input('batch1'), call.input('batch2')])),
  ),
  atenOperator('addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor', (call) => {
    const products = call.emit('MatMul', [call.input('batch1'), call.input('batch2')]);
    return scaledSum(call, call.emit('ReduceSum', [products, call.integers([0])], { keepdims: 0 }));
  }),
  atenOperator('einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor', (call) =>
    call.emit('Einsum', call.inputs('tensors'), { equation: call.string('equation').replace(/\s+/g, '') }),
  ),
  atenOperator('bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor', bilinear),
  atenOperator('chain_matmul(Tensor[] matrices) -> Tensor', (call) =>
    call.inputs('matrices').reduce((left, right) => call.emit('MatMul', [left, right])),
  ),
  atenOperator('linalg_multi_dot(Tensor[] tensors) -> Tensor', (call) =>
    call.inputs('tensors').reduce((left, right) => call.emit('MatMul', [left, right])),
  ),
  atenOperator('linalg_det(Tensor A) -> Tensor', (call) => call.emit('ncnn:Det', [call.input('A')])),
  atenOperator('cross(Tensor self, Tensor other, int? dim=None) -> Tensor', (call) => cross(call, call.optionalInt('dim'))),
  atenOperator('linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor', (call) => cross(call, call.int('dim'))),
];

function linear(call: AtenCall): string {
  const [input, weight, bias] = [call.input('input'), call.input('weight'), call.optionalInput('bias')];
  if (call.rankOf(input) === 2 && call.rankOf(weight) === 2) {
    return call.emit('Gemm', [input, weight, ...(bias === undefined ? [] : [bias])], { transB: 1 });
  }
  const result = call.emit('MatMul', [input, call.rankOf(weight) === 2 ? call.transpose(weight, [1, 0]) : weight]);
  return bias === undefined ? result : call.emit('Add', [result, bias]);
}

function product(call: AtenCall, left: string, right: string): string {
  const dtype = commonDtype(call, [left, right]);
  return call.emit('MatMul', [operandAs(call, left, dtype), operandAs(call, right, dtype)]);
}

function outer(call: AtenCall, other: string): string {
  return call.emit('Mul', [call.unsqueeze(call.input('self'), [1]), call.input(other)]);
}

/** `beta · self + alpha · product`; an operand with a factor of 0 is ignored. */
function scaledSum(call: AtenCall, result: string): string {
  const [beta, alpha] = [call.float('beta'), call.float('alpha')];
  const scaled = (value: string, factor: number): string =>
    factor === 1 ? value : call.emit('Mul', [value, call.scalarLike(factor, value)]);
  if (beta === 0) return scaled(result, alpha);
  return call.emit('Add', [scaled(result, alpha), scaled(call.input('self'), beta)]);
}

/** `x1ᵀ W x2 + b` for each matrix of the weight. */
function bilinear(call: AtenCall): string {
  const [first, second, weight, bias] = [call.input('input1'), call.input('input2'), call.input('weight'), call.optionalInput('bias')];
  const [outputs = 1, rows = 1, columns = 1] = call.sizesOf(weight);
  const matrix = call.reshape(call.transpose(weight, [1, 0, 2]), [rows, outputs * columns]);
  const sizes = call.sizeArguments(first).slice(0, -1);
  const products = call.resize(call.emit('MatMul', [first, matrix]), [...sizes, outputs, columns]);
  const axis = call.rankOf(first) - 1;
  const result = call.emit('ReduceSum', [call.emit('Mul', [products, call.unsqueeze(second, [axis])]), call.integers([axis + 1])], {
    keepdims: 0,
  });
  return bias === undefined ? result : call.emit('Add', [result, bias]);
}

/** The cross product along an axis of three elements, by default the first one. */
function cross(call: AtenCall, dim: number | undefined): string {
  const [left, right] = [call.input('self'), call.input('other')];
  const shape = call.shapeOf(left);
  const axis = dim === undefined ? shape.indexOf(3) : call.axis(dim, shape.length);
  if (shape[axis] !== 3) throw new OperatorError('invalid', `the vector product needs an axis of 3, got [${shape.join(',')}]`);
  const turned = (value: string, by: 1 | 2): string =>
    call.emit('Gather', [value, call.integers([by % 3, (by + 1) % 3, (by + 2) % 3])], { axis });
  const ahead = call.emit('Mul', [turned(left, 1), turned(right, 2)]);
  return call.emit('Sub', [ahead, call.emit('Mul', [turned(left, 2), turned(right, 1)])]);
}
