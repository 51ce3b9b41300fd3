import { computedWeight, floatsOf, type Weight } from '../../../net/weight.ts';
import {
  type CaffeShape,
  type ConvertLayer,
  fixed,
  fixedProduct,
  invalid,
  type LayerRules,
  onlyInput,
  positiveAxis,
  usualValue,
} from '../layer.ts';

/** Flattens the bottom from an axis on and multiplies each row by a matrix. */
const innerProduct: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const param = context.message.inner_product_param;
  const outputs = param?.num_output;
  if (param === undefined || outputs === undefined || outputs < 1) throw invalid('`inner_product_param` with `num_output` is missing');
  const { shape } = value;
  const axis = positiveAxis(param.axis, shape.length);
  const rowAxes = shape.slice(0, axis);
  const inputs = rowLength(shape.slice(axis), context.blobs[0]?.count, outputs);
  const stored = param.transpose ? [inputs, outputs] : [outputs, inputs];
  const storedWeight = context.weight(0, 'weights', stored);
  const weights = [
    param.transpose ? transposed(storedWeight, inputs, outputs) : storedWeight,
    ...(param.bias_term ? [context.weight(1, 'biases', [outputs])] : []),
  ];
  const params = { num_output: outputs, bias_term: param.bias_term ? 1 : 0, weight_data_size: inputs * outputs };
  const options = { weights };
  if (rowAxes.every((size) => size === 1)) {
    // ncnn flattens 3-D blobs implicitly, but treats a 2-D blob as rows.
    const whole = value.blobShape.length === 1 || (value.blobShape.length === 3 && value.blobShape.length === shape.length - axis);
    const source = whole ? value.blob : context.view(value, [inputs]);
    return [
      { blob: context.emit('InnerProduct', params, [source], [outputs], options), shape: [...rowAxes, outputs], blobShape: [outputs] },
    ];
  }
  const rows = fixedProduct(fixed(rowAxes));
  const blob = context.emit('InnerProduct', params, [context.view(value, [rows, inputs])], [rows, outputs], options);
  return [{ ...usualValue(blob, [...rowAxes, outputs]), blobShape: [rows, outputs] }];
};

function rowLength(axes: CaffeShape, count: number | undefined, outputs: number): number {
  if (axes.every((axis) => typeof axis === 'number') || count === undefined) return fixedProduct(fixed(axes));
  const inputCount = count / outputs;
  if (!Number.isInteger(inputCount)) throw invalid('the size of the weights does not match any size of the bottom');
  return inputCount;
}

function transposed(weight: Weight, rows: number, columns: number): Weight {
  return computedWeight(weight.length, () => {
    const source = floatsOf(weight);
    return Float32Array.from(source, (_, index) => source[(index % rows) * columns + Math.floor(index / rows)] ?? 0);
  });
}

/** Looks up rows of a matrix. ncnn's Embed reads the indices as int32 bits. */
const embed: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { num_output: outputs, input_dim: entries, bias_term: bias = true } = context.message.embed_param ?? {};
  if (outputs === undefined || entries === undefined) throw invalid('`embed_param` with `num_output` and `input_dim` is missing');
  const count = fixedProduct(fixed(value.shape));
  // Multiplies one-hot rows by the matrix: Caffe feeds float indices, and ncnn cannot cast them to the integers that Embed reads.
  const columns = context.view(value, [count, 1]);
  context.reserve(entries);
  const numbers = context.constant(
    Float32Array.from({ length: entries }, (_, index) => index),
    [1, entries],
  );
  const distance = context.emit('BinaryOp', { op_type: 1 }, [columns, numbers], [count, entries], { suffix: 'distance' });
  const absolute = context.emit('AbsVal', {}, [distance], [count, entries], { suffix: 'absolute' });
  // Caffe truncates an index to an integer. Valid indices are whole, so exactly one entry is at a distance below 0.5.
  const far = context.emit('Threshold', { threshold: 0.5 }, [absolute], [count, entries], { suffix: 'far' });
  const near = context.emit('Power', { scale: -1, shift: 1 }, [far], [count, entries], { suffix: 'near' });
  const table = context.weight(0, 'weights', [entries, outputs]);
  const weights = [transposed(table, entries, outputs), ...(bias ? [context.weight(1, 'biases', [outputs])] : [])];
  const params = { num_output: outputs, bias_term: bias ? 1 : 0, weight_data_size: entries * outputs };
  const single = count === 1 || entries === 1;
  const rows = single ? context.emit('Flatten', {}, [near], [count * entries], { suffix: 'flatten' }) : near;
  if (single && count !== 1) throw invalid('an `input_dim` of 1 leaves nothing to look up');
  const blobShape = single ? [outputs] : [count, outputs];
  return [{ blob: context.emit('InnerProduct', params, [rows], blobShape, { weights }), shape: [...value.shape, outputs], blobShape }];
};

export const innerProductLayerRules: LayerRules = { InnerProduct: innerProduct, Embed: embed };
