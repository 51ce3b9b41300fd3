import { OperatorError } from '../../../../graph/ir/operator.ts';
import { storedDtype, type TorchDtype } from '../../values/dtype.ts';
import type { ViewStep } from '../../values/tensor.ts';
import type { AtenCall } from '../call.ts';
import { sameElements } from '../movement/views.ts';
import { type AtenFamily, atenOperator, type CallResult, viewOperator } from '../operator.ts';

/** Conversions of type and device, copies, and operators that are random only in training. */
export const convertFamily: AtenFamily = [
  viewOperator(
    'to.dtype(Tensor(a) self, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)',
    (call) => converted(call, call.dtypeArgument('dtype')),
  ),
  viewOperator(
    'to.dtype_layout(Tensor(a) self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)',
    (call) => converted(call, call.dtypeArgument('dtype')),
  ),
  viewOperator(
    'to.device(Tensor(a) self, Device device, ScalarType dtype, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)',
    (call) => converted(call, call.dtypeArgument('dtype')),
  ),
  viewOperator(
    'to.other(Tensor(a) self, Tensor other, bool non_blocking=False, bool copy=False, MemoryFormat? memory_format=None) -> Tensor(a)',
    (call) => converted(call, call.tensor('other').dtype),
  ),
  viewOperator(
    'to.prim_Device(Tensor(a) self, Device? device, int? dtype=None, bool non_blocking=False, bool copy=False) -> Tensor(a)',
    (call) => converted(call, call.dtypeArgument('dtype')),
  ),
  viewOperator('to.prim_dtype(Tensor(a) self, int? dtype=None, bool non_blocking=False, bool copy=False) -> Tensor(a)', (call) =>
    converted(call, call.dtypeArgument('dtype')),
  ),
  atenOperator(
    '_to_copy(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, bool non_blocking=False, MemoryFormat? memory_format=None) -> Tensor',
    (call) => {
      const dtype = call.dtypeArgument('dtype');
      return dtype === undefined ? call.input('self') : call.cast(call.input('self'), realDtype(dtype));
    },
  ),
  viewOperator('type_as(Tensor self, Tensor other) -> Tensor', (call) => converted(call, call.tensor('other').dtype)),
  viewOperator('detach(Tensor(a) self) -> Tensor(a)', () => sameElements),
  viewOperator('alias(Tensor(a) self) -> Tensor(a)', () => sameElements),
  viewOperator('contiguous(Tensor(a) self, *, MemoryFormat memory_format=contiguous_format) -> Tensor(a)', ordered),
  viewOperator('resolve_conj(Tensor(a) self) -> Tensor(a)', () => sameElements),
  viewOperator('resolve_neg(Tensor(a) self) -> Tensor(a)', () => sameElements),
  viewOperator('data(Tensor self) -> Tensor', () => sameElements),
  atenOperator('clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor', copied),
  atenOperator('lift(Tensor self) -> Tensor', copied),
  atenOperator('lift_fresh(Tensor(a) self) -> Tensor(a)', copied),
  atenOperator('lift_fresh_copy(Tensor self) -> Tensor', copied),
  atenOperator('detach_copy(Tensor self) -> Tensor', copied),
  atenOperator('alias_copy(Tensor self) -> Tensor', copied),
  atenOperator('copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor', (call) => {
    const target = call.input('self');
    return call.cast(call.input('src'), call.dtypeOf(target));
  }),
  viewOperator('dropout(Tensor input, float p, bool train) -> Tensor', notTraining),
  viewOperator('feature_dropout(Tensor input, float p, bool train) -> Tensor', notTraining),
  viewOperator('alpha_dropout(Tensor input, float p, bool train) -> Tensor', notTraining),
  viewOperator('feature_alpha_dropout(Tensor input, float p, bool train) -> Tensor', notTraining),
  atenOperator('native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)', (call) => {
    if (!call.isNone('train') && call.bool('train')) throw trainingError();
    const value = call.input('input');
    return [value, call.emit('Expand', [call.scalar(1, 'bool'), call.sizeVector(call.sizeArguments(value))])];
  }),
];

/** The tensor itself if it already has the type. */
function converted(call: AtenCall, dtype: TorchDtype | undefined): ViewStep {
  const { dtype: before } = call.tensor('self');
  if (dtype === undefined || dtype === before) return sameElements;
  if (storedDtype(before) !== before) throw new OperatorError('unsupported', `a conversion of ${before} to ${dtype} is not supported`);
  const target = realDtype(dtype);
  return { read: (base) => call.cast(base, target), isContiguous: true, dtype: target, isCopy: true };
}

function realDtype(dtype: TorchDtype): TorchDtype {
  if (storedDtype(dtype) === dtype) return dtype;
  throw new OperatorError('unsupported', `a conversion to ${dtype} is not supported`);
}

/** A contiguous copy, or the tensor itself if it is contiguous. */
function ordered(call: AtenCall): ViewStep {
  return call.tensor('self').isContiguous ? sameElements : { read: (base) => base, isContiguous: true, isCopy: true };
}

function copied(call: AtenCall): CallResult {
  return call.copyOf('self');
}

function notTraining(call: AtenCall): ViewStep {
  if (call.bool('train') && call.float('p') > 0) throw trainingError();
  return sameElements;
}

function trainingError(): OperatorError {
  return new OperatorError('unsupported', 'dropout is random in training', 'Export the model after model.eval().');
}
