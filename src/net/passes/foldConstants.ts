import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { executeLayer } from '../execute.ts';
import type { BlobData } from '../layers/kernels/call.ts';
import { maxSteps } from '../layers/maxSteps.ts';
import { sizeParams } from '../layers/sizeParams.ts';
import { type Layer, makeLayer } from '../net.ts';
import { weightOf } from '../weight.ts';
import { constantOf } from './analysis/constant.ts';
import { feedsDiscontinuity } from './analysis/discontinuity.ts';
import type { NetEditor } from './editor.ts';
import type { Pass } from './pass.ts';

/**
 * Evaluates layers that read only constants, such as a BinaryOp or an Eltwise of two MemoryData. A layer whose result is much larger than
 * its inputs stays.
 */
export const foldConstants: Pass = {
  name: 'fold_constants',
  description: 'Replaces layers that read only constants with their results.',
  run: (editor) => {
    let times = 0;
    if (!editor.has('MemoryData')) return times;
    for (const layer of editor.allLayers()) {
      const folded = evaluated(layer, editor);
      if (folded === undefined) continue;
      editor.replace(layer, folded);
      for (const bottom of new Set(layer.bottoms)) {
        const source = editor.producer(bottom);
        if (source !== undefined && !editor.isNeeded(bottom)) editor.remove(source);
      }
      times++;
    }
    return times;
  },
};

/** Limit on the steps of a layer that is evaluated here. */
const maxFoldedSteps = 1 << 24;

/** Results of up to `smallResult` elements may be larger than their inputs; inputs of more than `maxElements` are not evaluated. */
const [smallResult, maxElements] = [1 << 14, 1 << 22];

function evaluated(layer: Layer, editor: NetEditor): Layer | undefined {
  const [top] = layer.tops;
  if (layer.type === 'Custom' || layer.type === 'Split') return undefined;
  if (layer.bottoms.length === 0 || layer.tops.length !== 1 || top === undefined || (layer.rawParams?.length ?? 0) > 0) return undefined;
  if (!(maxSteps(layer, editor) <= maxFoldedSteps)) return undefined;
  const sources: BlobData[] = [];
  for (const bottom of layer.bottoms) {
    const constant = constantOf(editor, bottom);
    if (constant === undefined || constant.layer.weights[0] === undefined || constant.layer.weights[0].length > maxElements)
      return undefined;
    sources.push({ shape: constant.shape, values: Float32Array.from(constant.values()) });
  }
  // A result of higher precision can fall on the other side of a discontinuity.
  if (feedsDiscontinuity(editor, top)) return undefined;
  const [result] = tryRun(layer, sources);
  if (result === undefined) return undefined;
  const largest = sources.reduce((size, { values }) => Math.max(size, values.length), smallResult);
  if (result.values.length > largest || !result.values.every(Number.isFinite)) return undefined;
  return makeLayer('MemoryData', layer.name, [], layer.tops, sizeParams(result.shape), [weightOf(result.values)]);
}

/** Returns nothing if the layer has no kernel or the kernel rejects it; ncnn may still run it. */
function tryRun(layer: Layer, sources: readonly BlobData[]): readonly BlobData[] {
  try {
    return executeLayer(layer, sources);
  } catch (error) {
    if (error instanceof NcnnError) return [];
    throw error;
  }
}
