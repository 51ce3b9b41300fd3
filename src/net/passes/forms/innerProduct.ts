import type { Target } from '../../../options/target.ts';
import { activationCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import { makeLayer } from '../../net.ts';
import { layerOfActivation } from '../analysis/fusedActivation.ts';
import { hasOwnWeights, weightIn } from '../analysis/linear.ts';
import type { LayerAmong, NetEditor } from '../editor.ts';
import type { FormPass } from './form.ts';

/**
 * Replaces an InnerProduct over the rows of a matrix.
 *
 *     InnerProduct([rows, k]) -> [rows, n]      becomes      Gemm([rows, k], W^T, bias) -> [rows, n]
 *
 * Both compute `x W^T + bias`. A fused activation becomes a separate layer again, because Gemm cannot contain one.
 *
 * Where: the layer reads a matrix of 8 rows or more, or of a dynamic number of rows. In WebAssembly, multiples of 4 are kept.
 *
 * Measured on x86 (one thread, default options, k and n from 64 to 3072), InnerProduct takes 0.7 to 1.0 times as long as Gemm for 1 to 5 rows,
 * 1.0 to 1.3 times for 8 to 16 rows and multiples of 8, and 1.4 to 2.0 times for 49, 77, 100, 197 and 257 rows: it packs rows by 4, 8 or 16,
 * and computes the remaining rows one by one. ncnn's ARM code runs 1.3 to 2.6 times the instructions of Gemm for 8 to 77 rows, in fp32
 * and in fp16; for 2 to 5 rows 0.85 to 1.6 times. In WebAssembly, which packs by 4, InnerProduct takes 0.8 times as long as Gemm for 8, 16,
 * 64 and 128 rows; nets of 50 and 77 rows take 1.1 to 1.4 times as long with it.
 */
export const replaceInnerProduct: FormPass = {
  name: 'replace_innerproduct_with_gemm',
  description:
    'Replaces an InnerProduct of 8 rows or more with a Gemm (for the target `wasm`, only if the number of rows is not a multiple of 4).',
  run: (editor, target) => {
    let times = 0;
    for (const layer of editor.layers('InnerProduct')) {
      if (!hasOwnWeights(layer) || !hasManyRows(editor, layer, target)) continue;
      if (replaceWithGemm(editor, layer)) times++;
    }
    return times;
  },
};

/** The number of rows from which Gemm is never slower. */
const leastRows = 8;

function hasManyRows(editor: NetEditor, layer: LayerAmong<'InnerProduct'>, target: Target): boolean {
  const shape = editor.shape(layer.bottoms[0]);
  const [rows = 0, inputs] = shape ?? [];
  if (shape?.length !== 2 || inputs !== inputsOf(layer)) return false;
  if (typeof rows === 'string') return true;
  return rows >= leastRows && !(target === 'wasm' && rows % 4 === 0);
}

function inputsOf(layer: LayerAmong<'InnerProduct'>): number {
  return weightIn(layer).length / paramOf(layer, 'num_output');
}

function replaceWithGemm(editor: NetEditor, layer: LayerAmong<'InnerProduct'>): boolean {
  const [top = ''] = layer.tops;
  const result = paramOf(layer, 'activation_type') === activationCodes.NONE.code ? top : editor.freshName(`${top}_linear`);
  const fused = { activation_type: paramOf(layer, 'activation_type'), activation_params: paramOf(layer, 'activation_params') };
  const activation = result === top ? undefined : layerOfActivation(fused, editor.freshName(`${layer.name}_activation`), result, top);
  if (result !== top && activation === undefined) return false;
  const bias = paramOf(layer, 'bias_term') === 0 ? undefined : layer.weights[1];
  const params = {
    constantB: 1,
    constantC: 1,
    transB: 1,
    constantN: paramOf(layer, 'num_output'),
    constantK: inputsOf(layer),
    constant_broadcast_type_C: bias === undefined ? -1 : rowOfC,
  };
  const weights = bias === undefined ? [weightIn(layer)] : [weightIn(layer), bias];
  const gemm = makeLayer('Gemm', layer.name, layer.bottoms, [result], params, weights);
  editor.replace(layer, gemm);
  if (activation === undefined) return true;
  const shape = editor.shape(top);
  if (shape !== undefined) editor.setShape(result, shape);
  editor.insertAfter(gemm, activation);
  return true;
}

/** ncnn's code for a C of one row that is added to every row of the product. */
const rowOfC = 4;
