import { OperatorError } from '../../../../graph/ir/operator.ts';
import { Tensor } from '../../../../graph/ir/tensor.ts';
import type { TorchValue } from '../../values/value.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Operators that read and write entries at indices along one axis. */
export const gatherFamily: AtenFamily = [
  atenOperator(
    'embedding_bag.padding_idx(Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq, int mode, bool sparse, Tensor? per_sample_weights, bool include_last_offset, int? padding_idx) -> (Tensor, Tensor, Tensor, Tensor)',
    embeddingBag,
  ),
  atenOperator('one_hot(Tensor self, int num_classes=-1) -> Tensor', (call) => {
    const classes = call.int('num_classes');
    if (classes < 1) throw new OperatorError('unsupported', 'one_hot without a number of classes is not supported');
    const values = call.constant(Tensor.int64([0, 1]));
    return call.emit('OneHot', [call.input('self'), call.scalar(classes, 'int64'), values], { axis: -1 });
  }),
  atenOperator(
    'embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor',
    (call) => call.emit('Gather', [call.input('weight'), call.input('indices')], { axis: 0 }),
  ),
  atenOperator('index_select(Tensor self, int dim, Tensor index) -> Tensor', (call) => {
    const value = call.input('self');
    return call.emit('Gather', [value, call.input('index')], { axis: axisOf(call, value) });
  }),
  atenOperator('gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor', (call) => {
    const value = call.input('self');
    return call.emit('GatherElements', [value, call.input('index')], { axis: axisOf(call, value) });
  }),
  atenOperator('take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor', (call) => {
    const value = call.input('self');
    const dim = call.optionalInt('dim');
    if (dim === undefined) throw new OperatorError('unsupported', 'take_along_dim without an axis is not supported');
    return call.emit('GatherElements', [value, call.input('indices')], { axis: call.axis(dim, call.rankOf(value)) });
  }),
  atenOperator('take(Tensor self, Tensor index) -> Tensor', (call) =>
    call.emit('Gather', [call.reshape(call.input('self'), [-1]), call.input('index')], { axis: 0 }),
  ),
  atenOperator('scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor', (call) => scatter(call, 'none')),
  atenOperator('scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor', (call) => {
    const [value, index] = [call.input('self'), call.input('index')];
    const filling = call.emit('Expand', [call.scalarLike(call.float('value'), value), call.sizeVector(call.sizeArguments(index))]);
    return call.emit('ScatterElements', [value, index, filling], { axis: axisOf(call, value) });
  }),
  atenOperator('scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor', (call) => scatter(call, 'add')),
  atenOperator(
    'scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor',
    (call) => {
      const reductions: Readonly<Record<string, string>> = { sum: 'add', prod: 'mul', amax: 'max', amin: 'min' };
      const reduction = reductions[call.string('reduce')];
      if (reduction === undefined || !call.bool('include_self')) {
        throw new OperatorError('unsupported', `scatter_reduce by ${call.string('reduce')} is not supported`);
      }
      return scatter(call, reduction);
    },
  ),
  atenOperator('index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor', (call) => {
    const source = call.input('source');
    const alpha = call.float('alpha');
    return indexed(call, alpha === 1 ? source : call.emit('Mul', [source, call.scalarLike(alpha, source)]), 'add');
  }),
  atenOperator('index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor', (call) =>
    indexed(call, call.input('source'), 'none'),
  ),
  atenOperator('index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor', (call) => {
    const [value, index] = [call.input('self'), call.input('index')];
    const axis = axisOf(call, value);
    const sizes = call.sizeArguments(value).map((size, place) => (place === axis ? call.sizeArgument(index, 0) : size));
    return indexed(call, call.emit('Expand', [call.scalarLike(call.float('value'), value), call.sizeVector(sizes)]), 'none');
  }),
];

function axisOf(call: AtenCall, value: string): number {
  return call.axis(call.int('dim'), call.rankOf(value));
}

/** Rows of a table, summed in bags of equal size. */
function embeddingBag(call: AtenCall): readonly (string | TorchValue)[] {
  const [table, indices] = [call.input('weight'), call.input('indices')];
  const offsets = call.constantOf(call.input('offsets'))?.toIntegers();
  const count = call.sizeOfAxis(indices, 0);
  const ends = offsets?.slice(1) ?? [];
  const bags = call.bool('include_last_offset') ? ends.length : (offsets?.length ?? 0);
  const size = count / bags;
  if (offsets === undefined || offsets.some((offset, bag) => offset !== bag * size) || !Number.isInteger(size)) {
    throw new OperatorError('unsupported', 'bags of several sizes, or of sizes that are not constant, are not supported');
  }
  if (!call.isNone('padding_idx') && call.int('padding_idx') >= 0) {
    throw new OperatorError('unsupported', 'embedding_bag with a padding index is not supported');
  }
  const rows = call.emit('Gather', [table, call.reshape(indices, [bags, size])], { axis: 0 });
  const weights = call.optionalInput('per_sample_weights');
  const scaled = weights === undefined ? rows : call.emit('Mul', [rows, call.reshape(weights, [bags, size, 1])]);
  const operator = (['ReduceSum', 'ReduceMean', 'ReduceMax'] as const)[call.int('mode')];
  if (operator === undefined) throw new OperatorError('invalid', `the embedding_bag mode ${call.int('mode')} is not supported`);
  const unread = call.unavailable('the indices that embedding_bag returns are not supported');
  return [call.emit(operator, [scaled, call.integers([1])], { keepdims: 0 }), unread, unread, unread];
}

/** If the source is larger than the indices, only its first part is used. */
function scatter(call: AtenCall, reduction: string): string {
  const [value, index] = [call.input('self'), call.input('index')];
  const shape = call.shapeOf(index);
  const source = shape.reduce<string>((part, size, axis) => {
    if (call.shapeOf(part)[axis] === size || typeof size !== 'number') return part;
    return call.slice(part, axis, 0, size);
  }, call.input('src'));
  return call.emit('ScatterElements', [value, index, call.cast(source, call.dtypeOf(value))], { axis: axisOf(call, value), reduction });
}

/** Writes whole entries of an axis at the indices in a vector. */
function indexed(call: AtenCall, source: string, reduction: string): string {
  const value = call.input('self');
  const axis = axisOf(call, value);
  const rank = call.rankOf(value);
  const sizes = call.sizeVector(call.sizeArguments(source));
  const shape = Array.from({ length: rank }, (_, place) => (place === axis ? -1 : 1));
  const places = call.emit('Expand', [call.reshape(call.input('index'), shape), sizes]);
  return call.emit('ScatterElements', [value, places, call.cast(source, call.dtypeOf(value))], { axis, reduction });
}
