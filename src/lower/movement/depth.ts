import { product } from '../../graph/ir/dimension.ts';
import { blockSize, depthToSpaceSteps, type Rearrangement, spaceToDepthSteps } from '../../graph/ops/movement/depth.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { operandBlob } from './grouping.ts';
import { permuted } from './transpose.ts';

/** `DepthToSpace` as PixelShuffle and `SpaceToDepth` as Reorg. If that would mix the samples of a batch, they become permutations. */
export const depthLowerings: LoweringFamily = {
  DepthToSpace: (node) => {
    const [batch = 1, channels = 1, height = 1, width = 1] = node.shape(0);
    const block = blockSize(node);
    const steps = depthToSpaceSteps(node, node.shape(0));
    const depthFirst = node.string('mode', 'DCR') === 'DCR';
    if (depthFirst && batch !== 1) return rearranged(node, steps);
    const [samples = 1, depth = 1, rows = 1, columns = 1] = steps.result;
    const x = node.blob(0, [product([batch, channels]), height, width]);
    const params = { upscale_factor: block, mode: depthFirst ? 1 : 0 };
    return node.define(0, node.layer('PixelShuffle', [x], params, [product([samples, depth]), rows, columns]));
  },
  SpaceToDepth: (node) => {
    const [batch = 1, channels = 1, height = 1, width = 1] = node.shape(0);
    const block = blockSize(node);
    const steps = spaceToDepthSteps(node, node.shape(0));
    const depthFirst = node.string('mode', 'DCR') === 'DCR';
    if (depthFirst && batch !== 1) return rearranged(node, steps);
    const [samples = 1, depth = 1, rows = 1, columns = 1] = steps.result;
    const x = node.blob(0, [product([batch, channels]), height, width]);
    const params = { stride: block, mode: depthFirst ? 1 : 0 };
    return node.define(0, node.layer('Reorg', [x], params, [product([samples, depth]), rows, columns]));
  },
};

function rearranged(node: LoweringNode, { view, order }: Rearrangement): void {
  node.define(0, permuted(node, { blob: operandBlob(node, 0).blob, shape: view }, order).blob);
}
