import { float } from '../../../../graph/ir/graph.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import type { CallGraph } from '../callGraph.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Modules of transformers in one operator each, which torch.nn calls at inference. */
export const transformerFamily: AtenFamily = [
  atenOperator(
    '_native_multi_head_attention(Tensor query, Tensor key, Tensor value, int embed_dim, int num_head, Tensor qkv_weight, Tensor qkv_bias, Tensor proj_weight, Tensor proj_bias, Tensor? mask=None, bool need_weights=True, bool average_attn_weights=True, int? mask_type=None) -> (Tensor, Tensor)',
    (call) => {
      const tensors = [call.input('query'), call.input('key'), call.input('value')] as const;
      const { result, weights } = projectedAttention(call, tensors, call.int('num_head'));
      if (!call.bool('need_weights')) return [result, call.scalar(0, 'float32')];
      if (!call.bool('average_attn_weights')) return [result, weights];
      return [result, call.emit('ReduceMean', [weights, call.integers([1])], { keepdims: 0 })];
    },
  ),
  atenOperator(
    '_transformer_encoder_layer_fwd(Tensor src, int embed_dim, int num_heads, Tensor qkv_weight, Tensor qkv_bias, Tensor proj_weight, Tensor proj_bias, bool use_gelu, bool norm_first, float eps, Tensor norm_weight_1, Tensor norm_bias_1, Tensor norm_weight_2, Tensor norm_bias_2, Tensor ffn_weight_1, Tensor ffn_bias_1, Tensor ffn_weight_2, Tensor ffn_bias_2, Tensor? mask=None, int? mask_type=None) -> Tensor',
    encoderLayer,
  ),
];

/** The result of an attention, and the weights of the values. */
interface AttentionResult {
  readonly result: string;
  readonly weights: string;
}

/** Multi-head attention between projections of the query, the key and the value. */
function projectedAttention(
  call: AtenCall,
  [query, key, value]: readonly [query: string, key: string, value: string],
  heads: number,
): AttentionResult {
  const width = call.int('embed_dim');
  const [samples, rows] = call.sizeArguments(query);
  const [, keys] = call.sizeArguments(key);
  if (samples === undefined || rows === undefined || keys === undefined) throw new OperatorError('invalid', 'the query needs three axes');
  const projected = (operand: string, part: number, length: typeof rows): string => {
    const [start, end] = [part * width, (part + 1) * width];
    const result = linear(
      call,
      operand,
      call.slice(call.input('qkv_weight'), 0, start, end),
      call.slice(call.input('qkv_bias'), 0, start, end),
    );
    return call.transpose(call.resize(result, [samples, length, heads, width / heads]), [0, 2, 1, 3]);
  };
  const [q, k, v] = [projected(query, 0, rows), projected(key, 1, keys), projected(value, 2, keys)];
  const scores = call.emit('MatMul', [q, call.transpose(k, [0, 1, 3, 2])]);
  const scaled = call.emit('Mul', [scores, call.scalarLike(1 / Math.sqrt(width / heads), scores)]);
  const mask = additiveMask(call, scores);
  const weights = call.emit('Softmax', [mask === undefined ? scaled : call.emit('Add', [scaled, mask])], { axis: 3 });
  const joined = call.resize(call.transpose(call.emit('MatMul', [weights, v]), [0, 2, 1, 3]), [samples, rows, width]);
  return { result: linear(call, joined, call.input('proj_weight'), call.input('proj_bias')), weights };
}

/** A bool mask is true for keys that are not attended to. */
function additiveMask(call: AtenCall, like: string): string | undefined {
  const mask = call.optionalInput('mask');
  if (mask === undefined) return undefined;
  const rank = call.rankOf(mask);
  // Type 1 masks the keys of each sample, type 0 pairs of row and key.
  const placed =
    call.optionalInt('mask_type') === 1 && rank === 2 ? call.unsqueeze(mask, [1, 2]) : rank === 3 ? call.unsqueeze(mask, [1]) : mask;
  if (call.dtypeOf(placed) !== 'bool') return placed;
  return call.emit('Where', [placed, call.scalarLike(Number.NEGATIVE_INFINITY, like), call.scalarLike(0, like)]);
}

/** A layer of nn.TransformerEncoder: attention and two linear layers, each added to its input and normalized before or after. */
function encoderLayer(call: AtenCall): string {
  const isNormFirst = call.bool('norm_first');
  const residual = (input: string, place: 1 | 2, compute: (value: string) => string): string => {
    const norm = (value: string): string =>
      call.emit('LayerNormalization', [value, call.input(`norm_weight_${place}`), call.input(`norm_bias_${place}`)], {
        axis: -1,
        epsilon: float(call.float('eps')),
      });
    return isNormFirst ? call.emit('Add', [input, compute(norm(input))]) : norm(call.emit('Add', [input, compute(input)]));
  };
  const attended = residual(call.input('src'), 1, (value) => projectedAttention(call, [value, value, value], call.int('num_heads')).result);
  return residual(attended, 2, (value) => {
    const hidden = linear(call, value, call.input('ffn_weight_1'), call.input('ffn_bias_1'));
    const active = call.bool('use_gelu') ? call.emit('Gelu', [hidden], { approximate: 'none' }) : call.emit('Relu', [hidden]);
    return linear(call, active, call.input('ffn_weight_2'), call.input('ffn_bias_2'));
  });
}

function linear(call: CallGraph, value: string, weight: string, bias: string): string {
  return call.emit('Add', [call.emit('MatMul', [value, call.transpose(weight, [1, 0])]), bias]);
}
