import type { RawParam } from '../../../net/net.ts';
import {
  type ConvertLayer,
  fixed,
  fixedProduct,
  imageShape,
  inputAt,
  invalid,
  type LayerContext,
  type LayerRules,
  unsupported,
  type Value,
} from '../layer.ts';

/** ncnn's value for a parameter that is not given. */
const notSet = -233;

/** SSD prior boxes in two rows: the corners of the boxes, and their variances. */
const priorBox: ConvertLayer = (context) => {
  const value = inputAt(context, 0);
  const data = inputAt(context, 1);
  const param = context.message.prior_box_param;
  if (param === undefined || param.min_size.length === 0) {
    if (param !== undefined && (param.fixed_size.length > 0 || param.density.length > 0)) {
      throw unsupported('prior boxes with fixed sizes and densities are not supported by ncnn');
    }
    throw invalid('`prior_box_param` with `min_size` is missing');
  }
  const { min_size: minSizes, max_size: maxSizes, flip, clip, offset, step, img_size } = param;
  if (param.fixed_size.length > 0) throw unsupported('prior boxes with fixed sizes are not supported by ncnn');
  if (maxSizes.length > 0 && maxSizes.length !== minSizes.length)
    throw invalid(`expected as many \`max_size\` as \`min_size\`, got ${maxSizes.length} and ${minSizes.length}`);
  const ratios = distinctRatios(param.aspect_ratio, flip);
  const variance = variancesOf(param.variance);
  const [, height, width] = fixed([1, ...imageShape(value).slice(1)]);
  const count = minSizes.length * (1 + ratios.length * (flip ? 2 : 1)) + maxSizes.length;
  const values = 4 * count * (height ?? 1) * (width ?? 1);
  const image = (size: number | undefined): number => img_size ?? size ?? notSet;
  const stride = (size: number | undefined): number => step ?? (size === undefined || size === 0 ? notSet : size);
  const params = {
    min_sizes: minSizes,
    ...(maxSizes.length > 0 ? { max_sizes: maxSizes } : {}),
    aspect_ratios: ratios,
    flip: flip ? 1 : 0,
    clip: clip ? 1 : 0,
    image_width: image(param.img_w),
    image_height: image(param.img_h),
    step_width: stride(param.step_w),
    step_height: stride(param.step_h),
    offset,
  };
  const rawParams = variance.map((entry, index): RawParam => ({ id: 3 + index, kind: 'float', value: entry }));
  const bottoms = [context.view(value, [...imageShape(value)]), context.view(data, [...imageShape(data)])];
  return [{ blob: context.emit('PriorBox', params, bottoms, [2, values], { rawParams }), shape: [1, 2, values], blobShape: [2, values] }];
};

/** The ratios other than 1, without duplicates. If ratios are flipped, only the first of a ratio and its inverse is kept. */
function distinctRatios(ratios: readonly number[], flip: boolean): readonly number[] {
  const distinct: number[] = [];
  const known: number[] = [1];
  for (const ratio of ratios) {
    if (!(ratio > 0)) throw invalid(`\`aspect_ratio\` must be positive, got ${ratio}`);
    if (known.some((other) => Math.abs(other - ratio) < 1e-6)) continue;
    distinct.push(ratio);
    known.push(ratio, ...(flip ? [1 / ratio] : []));
  }
  return distinct;
}

function variancesOf(variances: readonly number[]): readonly [number, number, number, number] {
  const [first = 0.1, second = first, third = first, fourth = first] = variances;
  if (variances.length > 1 && variances.length !== 4) throw invalid(`expected 1 or 4 variances, got ${variances.length}`);
  return [first, second, third, fourth];
}

/** The detections: rows of label, score and four corners. The number of rows is dynamic. */
function detections(context: LayerContext, blob: string): Value {
  const shape = [context.symbol('rows'), 6];
  return { blob, shape, blobShape: shape };
}

/** No limit on the number of boxes. */
const unlimited = 2 ** 31 - 1;

/** Decodes SSD boxes and suppresses overlapping ones. */
const detectionOutput: ConvertLayer = (context) => {
  const [location, confidence, priors] = [inputAt(context, 0), inputAt(context, 1), inputAt(context, 2)];
  const param = context.message.detection_output_param;
  if (param?.num_classes === undefined) throw invalid('`detection_output_param` with `num_classes` is missing');
  const refuse = (condition: boolean, what: string): void => {
    if (condition) throw unsupported(`${what} is not supported by ncnn`);
  };
  const { num_classes, nms_param: nms, confidence_threshold } = param;
  refuse(!param.share_location, '`share_location: false`');
  refuse(param.background_label_id !== 0, `\`background_label_id: ${param.background_label_id}\``);
  refuse(param.code_type !== 'CENTER_SIZE', `\`code_type: ${param.code_type}\``);
  refuse(param.variance_encoded_in_target, '`variance_encoded_in_target`');
  refuse((nms?.eta ?? 1) < 1, 'an adaptive threshold (`eta` below 1)');
  // ncnn skips boxes with a high background score, which is only correct for probabilities.
  refuse(context.inputs.length > 3, 'a refined or arm-based detection');
  const count = priors.shape.every((axis) => typeof axis === 'number') ? fixedProduct(priors.shape) / 8 : undefined;
  if (count !== undefined) {
    for (const [what, input, each] of [['locations', location, 4] as const, ['confidences', confidence, num_classes] as const]) {
      const size = fixedProduct(fixed(input.shape));
      if (size !== count * each) throw invalid(`expected ${each} ${what} for each of ${count} prior boxes, got ${size} in all`);
    }
  }
  const limit = (size: number | undefined): number => (size === undefined || size < 0 ? unlimited : size);
  const params = {
    num_class: num_classes,
    nms_threshold: nms?.nms_threshold ?? 0.3,
    nms_top_k: limit(nms?.top_k),
    keep_top_k: limit(param.keep_top_k),
    confidence_threshold: confidence_threshold ?? lowest,
  };
  const rows = count === undefined ? priors.blobShape : [2, count * 4];
  const bottoms = [flat(context, location), flat(context, confidence), context.view(priors, rows)];
  return [detections(context, context.emit('DetectionOutput', params, bottoms, [context.symbol('rows'), 6]))];
};

/** Below every possible score. */
const lowest = -3.4028234663852886e38;

function flat(context: LayerContext, value: Value): string {
  return context.view(value, value.shape.every((axis) => typeof axis === 'number') ? [fixedProduct(value.shape)] : value.blobShape);
}

const yolo: ConvertLayer = (context) => {
  const param = context.message.yolo_detection_output_param;
  const {
    num_classes: num_class = 20,
    num_box = 5,
    confidence_threshold = 0.01,
    nms_threshold = 0.45,
    biases = [],
    coords = 4,
  } = param ?? {};
  if (coords !== 4) throw unsupported(`boxes with ${coords} coordinates are not supported by ncnn`);
  if (biases.length < 2 * num_box) throw invalid(`expected at least ${2 * num_box} biases, got ${biases.length}`);
  const bottoms = gridInputs(context, num_box * (5 + num_class));
  const params = { num_class, num_box, confidence_threshold, nms_threshold, biases };
  return [detections(context, context.emit('YoloDetectionOutput', params, bottoms, [context.symbol('rows'), 6]))];
};

const yolov3: ConvertLayer = (context) => {
  const param = context.message.yolov3_detection_output_param;
  const { num_classes: num_class = 20, num_box = 3, confidence_threshold = 0.01, nms_threshold = 0.45 } = param ?? {};
  const { biases = [], mask = [], anchors_scale = [] } = param ?? {};
  const grids = context.inputs.length;
  if (mask.length < num_box * grids || anchors_scale.length < grids) {
    throw invalid(`${mask.length} masks and ${anchors_scale.length} scales do not match ${grids} bottoms of ${num_box} boxes`);
  }
  if (mask.some((index) => 2 * index + 1 >= biases.length)) throw invalid('a mask names an anchor beyond the biases');
  const bottoms = gridInputs(context, num_box * (5 + num_class)).map((blob, index) =>
    withConfidence(context, blob, fixed(imageShape(inputAt(context, index))), num_box),
  );
  const params = { num_class, num_box, confidence_threshold, nms_threshold, biases, mask, anchors_scale };
  return [detections(context, context.emit('Yolov3DetectionOutput', params, bottoms, [context.symbol('rows'), 6]))];
};

/**
 * ncnn computes the confidence of a box score b and a class score c as 1 / (1 + e^-b · (1 + e^-c)), but the product of their sigmoids is
 * needed. Feeding c - max c and log 2 - log(e^-b + e^-c + e^-b-c) instead yields that product.
 */
function withConfidence(
  context: LayerContext,
  blob: string,
  [channels = 1, height = 1, width = 1]: readonly number[],
  boxes: number,
): string {
  const each = channels / boxes;
  const cells = height * width;
  const shape = [boxes, each, cells];
  const part = (count: number): readonly number[] => [boxes, count, cells];
  const one = part(1);
  const whole = context.view({ blob, shape: [1, channels, height, width], blobShape: [channels, height, width] }, shape);
  const slices = [4, 1, each - 5];
  const [corners = '', score = '', classes = ''] = context.emitMany('Slice', { slices, axis: 1 }, [whole], slices.map(part), {
    suffix: 'parts',
  });
  const reduction = { operation: 4, reduce_all: 0, axes: [1], keepdims: 1, fixbug0: 1 };
  const best = context.emit('Reduction', reduction, [classes], one, { suffix: 'best' });
  const odds = [score, best].map((from) => context.emit('Exp', { scale: -1 }, [from], one, { suffix: 'odds' }));
  const both = context.emit('BinaryOp', { op_type: 2 }, odds, one, { suffix: 'both' });
  const sum = context.emit('Eltwise', { op_type: 1 }, [...odds, both], one, { suffix: 'sum' });
  const logarithm = context.emit('Log', { scale: 0.5 }, [sum], one, { suffix: 'log' });
  const confidence = context.emit('UnaryOp', { op_type: 1 }, [logarithm], one, { suffix: 'confidence' });
  const relative = context.emit('BinaryOp', { op_type: 1 }, [classes, best], part(each - 5), { suffix: 'relative' });
  const joined = context.emit('Concat', { axis: 1 }, [corners, confidence, relative], shape, { suffix: 'joined' });
  return context.view({ blob: joined, shape, blobShape: shape }, [channels, height, width]);
}

function gridInputs(context: LayerContext, channels: number): readonly string[] {
  return context.inputs.map((input) => {
    const shape = imageShape(input);
    if (shape[0] !== channels) throw invalid(`a bottom has ${shape[0]} channels, but the boxes need ${channels}`);
    return context.view(input, [...shape]);
  });
}

export const detectionLayerRules: LayerRules = {
  PriorBox: priorBox,
  DetectionOutput: detectionOutput,
  YoloDetectionOutput: yolo,
  Yolov3DetectionOutput: yolov3,
};
