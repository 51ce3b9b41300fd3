import { transposeMatrix } from '../../../kernels/matmul.ts';
import { paramOf } from '../../layers/params.ts';
import { type Layer, makeLayer } from '../../net.ts';
import { computedWeight, floatsOf, type Weight } from '../../weight.ts';
import { constantOf } from '../analysis/constant.ts';
import { copyOfFloats } from '../analysis/float64Values.ts';
import { weightIn } from '../analysis/linear.ts';
import type { LayerAmong, NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const replaceMatMul: Pass = {
  name: 'replace_matmul_with_innerproduct',
  description: 'Replaces a MatMul with an InnerProduct where the right matrix is constant, and with a Gemm where the left one is.',
  run: (editor) => {
    let times = 0;
    for (const layer of editor.layers('MatMul')) {
      const replacement = rightConstant(layer, editor) ?? leftConstant(layer, editor);
      if (replacement === undefined) continue;
      editor.replace(layer, replacement);
      times++;
    }
    return times;
  },
};

/** The InnerProduct for a vector or matrix times a constant matrix. */
function rightConstant(layer: LayerAmong<'MatMul'>, editor: NetEditor): Layer | undefined {
  const [source, matrix] = layer.bottoms;
  const constant = constantOf(editor, matrix);
  const shape = editor.shape(source);
  if (source === undefined || constant?.shape.length !== 2 || shape === undefined || shape.length > 2) return undefined;
  const transposed = paramOf(layer, 'transB') !== 0;
  const [rows = 0, columns = 0] = constant.shape;
  const [inputs, outputs] = transposed ? [columns, rows] : [rows, columns];
  if (shape.at(-1) !== inputs) return undefined;
  const weight = weightIn(constant.layer);
  const kernels = transposed
    ? floatWeight(weight)
    : computedWeight(weight.length, () =>
        transposeMatrix(weight.storage === 'float32' ? floatsOf(weight) : copyOfFloats(weight), rows, columns),
      );
  return makeLayer('InnerProduct', layer.name, [source], layer.tops, { num_output: outputs, weight_data_size: weight.length }, [kernels]);
}

function leftConstant(layer: LayerAmong<'MatMul'>, editor: NetEditor): Layer | undefined {
  const [matrix, source] = layer.bottoms;
  const constant = constantOf(editor, matrix);
  if (source === undefined || constant?.shape.length !== 2 || editor.shape(source)?.length !== 2) return undefined;
  const [m = 0, k = 0] = constant.shape;
  const params = {
    constantA: 1,
    constantC: 1,
    constantM: m,
    constantK: k,
    constant_broadcast_type_C: -1,
    transB: paramOf(layer, 'transB'),
  };
  return makeLayer('Gemm', layer.name, [source], layer.tops, params, [floatWeight(weightIn(constant.layer))]);
}

/** A weight for a layer type that may store a flag where the original layer type did not, or the other way round. */
function floatWeight(weight: Weight): Weight {
  return weight.storage === 'float32' && weight.flag === undefined ? weight : computedWeight(weight.length, () => copyOfFloats(weight));
}
