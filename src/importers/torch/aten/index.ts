import { createFamily } from './create/create.ts';
import { sizesFamily } from './create/sizes.ts';
import { activationFamily } from './elementwise/activation.ts';
import { arithmeticFamily } from './elementwise/arithmetic.ts';
import { clampFamily } from './elementwise/clamp.ts';
import { comparisonFamily } from './elementwise/comparison.ts';
import { convertFamily } from './elementwise/convert.ts';
import { powerFamily } from './elementwise/power.ts';
import { selectFamily } from './elementwise/select.ts';
import { unaryFamily } from './elementwise/unary.ts';
import { channelsFamily } from './image/channels.ts';
import { resizeFamily } from './image/resize.ts';
import { samplingFamily } from './image/sampling.ts';
import { attentionFamily } from './linear/attention.ts';
import { convolutionFamily } from './linear/convolution.ts';
import { deformableFamily } from './linear/deformable.ts';
import { matmulFamily } from './linear/matmul.ts';
import { transformerFamily } from './linear/transformer.ts';
import { expandFamily } from './movement/expand.ts';
import { gatherFamily } from './movement/gather.ts';
import { indexFamily } from './movement/indexing.ts';
import { joinFamily } from './movement/join.ts';
import { orderFamily } from './movement/order.ts';
import { padFamily } from './movement/pad.ts';
import { reshapeFamily } from './movement/reshape.ts';
import { scatterViewsFamily } from './movement/scatterViews.ts';
import { sliceFamily } from './movement/slice.ts';
import { transposeFamily } from './movement/transpose.ts';
import { normalizationFamily } from './normalization/normalization.ts';
import type { AtenOperator } from './operator.ts';
import { adaptivePoolingFamily } from './pooling/adaptive.ts';
import { poolingFamily } from './pooling/pooling.ts';
import { recurrentFamily } from './recurrent/recurrent.ts';
import { normFamily } from './reduction/norm.ts';
import { reduceFamily } from './reduction/reduce.ts';
import { softmaxFamily } from './reduction/softmax.ts';
import { complexFamily } from './signal/complex.ts';
import { fourierFamily } from './signal/fourier.ts';
import { transformFamily } from './signal/transforms.ts';

/** Every ATen operator that can be converted. To add a family, add a file here and a line to this list. */
export const atenOperators: readonly AtenOperator[] = [
  ...arithmeticFamily,
  ...unaryFamily,
  ...powerFamily,
  ...comparisonFamily,
  ...clampFamily,
  ...selectFamily,
  ...activationFamily,
  ...convertFamily,
  ...convolutionFamily,
  ...matmulFamily,
  ...attentionFamily,
  ...transformerFamily,
  ...deformableFamily,
  ...normalizationFamily,
  ...poolingFamily,
  ...adaptivePoolingFamily,
  ...reduceFamily,
  ...normFamily,
  ...softmaxFamily,
  ...reshapeFamily,
  ...transposeFamily,
  ...sliceFamily,
  ...expandFamily,
  ...joinFamily,
  ...padFamily,
  ...orderFamily,
  ...gatherFamily,
  ...indexFamily,
  ...scatterViewsFamily,
  ...resizeFamily,
  ...samplingFamily,
  ...channelsFamily,
  ...createFamily,
  ...sizesFamily,
  ...recurrentFamily,
  ...fourierFamily,
  ...transformFamily,
  ...complexFamily,
];
