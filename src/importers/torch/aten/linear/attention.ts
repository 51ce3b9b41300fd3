import { checkList } from '../../../../graph/ir/limits.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import { Tensor } from '../../../../graph/ir/tensor.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Scaled dot-product attention. */
export const attentionFamily: AtenFamily = [
  atenOperator(
    'scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask=None, float dropout_p=0.0, bool is_causal=False, *, float? scale=None, bool enable_gqa=False) -> Tensor',
    (call) =>
      attend(call, {
        query: call.input('query'),
        ...sharedHeads(call, call.input('query'), call.input('key'), call.input('value')),
        mask: call.optionalInput('attn_mask'),
        isCausal: call.bool('is_causal'),
        scale: call.optionalFloat('scale'),
      }),
  ),
  atenOperator(
    '_scaled_dot_product_flash_attention_for_cpu(Tensor query, Tensor key, Tensor value, float dropout_p=0.0, bool is_causal=False, *, Tensor? attn_mask=None, float? scale=None) -> (Tensor output, Tensor logsumexp)',
    (call) => [
      attend(call, {
        query: call.input('query'),
        key: call.input('key'),
        value: call.input('value'),
        mask: call.optionalInput('attn_mask'),
        isCausal: call.bool('is_causal'),
        scale: call.optionalFloat('scale'),
      }),
      call.scalar(0, 'float32'),
    ],
  ),
];

interface AttentionOperands {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly mask: string | undefined;
  readonly isCausal: boolean;
  /** The inverse square root of the width by default. */
  readonly scale: number | undefined;
}

/** `softmax(scale · Q Kᵀ + mask) V` over the last two axes. */
function attend(call: AtenCall, { query, key, value, mask, isCausal, scale }: AttentionOperands): string {
  if (call.has('dropout_p') && call.float('dropout_p') > 0) {
    throw new OperatorError('unsupported', 'dropout is random in training', 'Export the model after model.eval().');
  }
  const swapped = Array.from({ length: call.rankOf(key) }, (_, axis, last = call.rankOf(key) - 1) =>
    axis === last ? last - 1 : axis === last - 1 ? last : axis,
  );
  const factor = scale ?? 1 / Math.sqrt(call.sizeOfAxis(query, call.rankOf(query) - 1));
  const scores = call.emit('MatMul', [query, call.transpose(key, swapped)]);
  const scaled = factor === 1 ? scores : call.emit('Mul', [scores, call.scalarLike(factor, scores)]);
  const bias = isCausal ? causalMask(call, query, key) : mask === undefined ? undefined : additiveMask(call, mask, scores);
  const masked = bias === undefined ? scaled : call.emit('Add', [scaled, bias]);
  return call.emit('MatMul', [call.emit('Softmax', [masked], { axis: call.rankOf(masked) - 1 }), value]);
}

/** A bool mask is true for keys that are attended to. */
function additiveMask(call: AtenCall, mask: string, like: string): string {
  if (call.dtypeOf(mask) !== 'bool') return mask;
  return call.emit('Where', [mask, call.scalarLike(0, like), call.scalarLike(Number.NEGATIVE_INFINITY, like)]);
}

/** Each row attends to the keys up to its position. */
function causalMask(call: AtenCall, query: string, key: string): string {
  const rows = call.sizeOfAxis(query, call.rankOf(query) - 2);
  const keys = call.sizeOfAxis(key, call.rankOf(key) - 2);
  checkList(rows * keys);
  const values = Float32Array.from({ length: rows * keys }, (_, index) =>
    index % keys > Math.floor(index / keys) ? Number.NEGATIVE_INFINITY : 0,
  );
  return call.cast(call.constant(Tensor.of('float32', [rows, keys], values)), call.dtypeOf(query));
}

/** Repeats keys and values that several query heads share. */
function sharedHeads(call: AtenCall, query: string, key: string, value: string): { readonly key: string; readonly value: string } {
  const axis = call.rankOf(query) - 3;
  if (!call.bool('enable_gqa') || axis < 0) return { key, value };
  const repeated = (operand: string): string => {
    const [heads, groups] = [call.sizeOfAxis(query, axis), call.sizeOfAxis(operand, axis)];
    if (heads === groups) return operand;
    const sizes = call.sizeArguments(operand);
    const target = [...sizes.slice(0, axis + 1), heads / groups, ...sizes.slice(axis + 1)];
    const spread = call.emit('Expand', [call.unsqueeze(operand, [axis + 1]), call.sizeVector(target)]);
    return call.resize(spread, [...sizes.slice(0, axis), heads, ...sizes.slice(axis + 1)]);
  };
  return { key: repeated(key), value: repeated(value) };
}
