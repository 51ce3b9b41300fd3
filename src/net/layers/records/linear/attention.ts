import type { LayerRecord } from '../../record.ts';
import { byteSlot, floatSlot, slotsWhen, taggedSlot, type WeightRule } from '../../weightRule.ts';
import { blockQuantization, packedBytes } from './blockQuantization.ts';

const multiHeadAttentionWeights: WeightRule = (value) => {
  const embedDim = value('embed_dim');
  const qdim = Math.trunc(value('weight_data_size') / embedDim);
  // Name, row width and number of rows.
  const parts: readonly (readonly [name: string, width: number, rows: number])[] = [
    ['q', qdim, embedDim],
    ['k', value('kdim'), embedDim],
    ['v', value('vdim'), embedDim],
    ['out', embedDim, qdim],
  ];
  const quantized = blockQuantization(value('quantize_term'));
  const arrays = parts.flatMap(([name, width, rows]) => [
    quantized === undefined
      ? taggedSlot(`${name}_weight_data`, width * rows)
      : byteSlot(`${name}_weight_data`, packedBytes(width, quantized.bits) * rows),
    floatSlot(`${name}_bias_data`, rows),
  ]);
  if (quantized !== undefined) {
    const scales = parts.map(([name, width, rows]) =>
      floatSlot(`${name}_weight_data_quantize_scales`, Math.ceil(width / quantized.block) * rows),
    );
    const inputScales = parts.map(([name, width]) => floatSlot(`${name}_weight_data_input_scales`, width));
    return [...arrays, ...scales, ...slotsWhen(quantized.inputScale, ...inputScales)];
  }
  const scales = ['q', 'k', 'v'].map((name) => floatSlot(`${name}_weight_data_int8_scales`, embedDim));
  return [...arrays, ...slotsWhen(value('quantize_term'), ...scales, floatSlot('out_weight_data_int8_scale', 1))];
};

const multiHeadAttentionParams = {
  embed_dim: { id: 0, kind: 'int', default: 0 },
  num_heads: { id: 1, kind: 'int', default: 1 },
  weight_data_size: { id: 2, kind: 'int', default: 0 },
  kdim: { id: 3, kind: 'int', default: 'embed_dim', since: 20221128 },
  vdim: { id: 4, kind: 'int', default: 'embed_dim', since: 20221128 },
  attn_mask: { id: 5, kind: 'int', default: 0, since: 20230517 },
  scale: { id: 6, kind: 'float', default: '1.f / sqrtf(embed_dim / num_heads)', since: 20240820 },
  kv_cache: { id: 7, kind: 'int', default: 0, since: 20260113 },
  quantize_term: { id: 18, kind: 'int', default: 0, since: 20241226 },
} as const;

export const MultiHeadAttention: LayerRecord<typeof multiHeadAttentionParams> = {
  index: 79,
  since: 20210322,
  half: 'summed',
  // Earlier releases require the queries to have as many features as the embedding.
  meaningSince: ({ number }) => (number('weight_data_size') === number('embed_dim') ** 2 ? 0 : 20240820),
  family: 'sequence',
  params: multiHeadAttentionParams,
  weights: multiHeadAttentionWeights,
  creates: { always: ['Gemm', 'Softmax'] },
};

const rotaryEmbedParams = {
  interleaved: { id: 0, kind: 'int', default: 0 },
} as const;

export const RotaryEmbed: LayerRecord<typeof rotaryEmbedParams> = {
  index: 109,
  since: 20260113,
  half: 'computed',
  // Earlier releases require tables of cosines with half the features.
  meaningSince: ({ bottoms: [bottom, cosines] }) => (Number(bottom?.at(-1)) === 2 * Number(cosines?.at(-1)) ? 0 : 20261020),
  family: 'sequence',
  params: rotaryEmbedParams,
};

const sdpaParams = {
  attn_mask: { id: 5, kind: 'int', default: 0 },
  scale: { id: 6, kind: 'float', default: 0 },
  kv_cache: { id: 7, kind: 'int', default: 0 },
  int8_scale_term: { id: 18, kind: 'int', default: 0 },
} as const;

export const SDPA: LayerRecord<typeof sdpaParams> = {
  index: 108,
  since: 20260113,
  half: 'summed',
  family: 'sequence',
  params: sdpaParams,
  creates: { always: ['Gemm', 'Softmax'] },
};
