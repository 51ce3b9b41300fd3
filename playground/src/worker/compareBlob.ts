import { NcnnError } from '../../../src/diagnostics/diagnostic.ts';
import { blobNames } from '../../../src/emit/names.ts';
import type { Graph } from '../../../src/graph/ir/graph.ts';
import { evaluate } from '../../../src/graph/stages/evaluate.ts';
import { execute } from '../../../src/net/execute.ts';
import type { Model } from '../../../src/net/model.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import type { SourceConversion } from '../../../src/pipeline/convertSource.ts';
import { blobFeeds } from '../../../src/verify/blobFeeds.ts';
import { compare, defaultThresholds } from '../../../src/verify/compare.ts';
import type { BlobComparison, OutputTensor } from './messages.ts';
import type { NetRunner } from './netRunner.ts';

/** A blob computed by the net, beside the tensor of the same name computed by the source. If there are several samples, the first one. */
export async function compareBlob(
  runner: NetRunner,
  { artifact, reference }: SourceConversion,
  name: string,
  { precision = 'fp32' }: ConvertOptions,
): Promise<BlobComparison> {
  const { shape, data } = await runner.extract(blobNames(artifact.model.net).indexOf(name));
  const net: OutputTensor = { name, shape, data };
  const source = reference.kind === 'graph' ? graphTensor(reference.graph, runner, name) : modelBlob(reference.model, runner, name);
  if (typeof source === 'string') return { name, net, reason: source };
  const first = source.data.subarray(0, data.length);
  const comparison = compare(first, data, defaultThresholds(precision));
  if (source.data.length % Math.max(1, data.length) !== 0) {
    return { name, net, reason: `The source has ${source.data.length} elements here, the net ${data.length}.` };
  }
  return { name, net, source: { ...source, data: first }, comparison };
}

/** A tensor of a graph, or the reason why there is none. */
function graphTensor(graph: Graph, runner: NetRunner, name: string): OutputTensor | string {
  const feeds = runner.feeds();
  const fed = feeds.get(name);
  if (fed !== undefined) return { name, shape: fed.shape, data: fed.toFloat32() };
  if (!graph.nodes.some(({ outputs }) => outputs.includes(name)))
    return 'The source has no tensor of this name: a pass or the converter created the blob.';
  return computed(() => {
    const tensor = evaluate({ ...graph, outputs: [name] }, feeds).get(name);
    if (tensor === undefined || tensor.dtype === 'string') return 'The source computes no numbers here.';
    return { name, shape: tensor.shape, data: tensor.toFloat32() };
  });
}

function modelBlob(model: Model, runner: NetRunner, name: string): OutputTensor | string {
  if (!blobNames(model.net).includes(name)) return 'The net has no blob of this name before it is optimized.';
  return computed(() => {
    const blob = execute({ ...model.net, outputs: [name] }, blobFeeds(model, runner.feeds(), 0)).get(name);
    return blob === undefined ? 'The source computes no numbers here.' : { name, shape: blob.shape, data: blob.values };
  });
}

/** The result of a computation, or the reason why it fails. */
function computed(compute: () => OutputTensor | string): OutputTensor | string {
  try {
    return compute();
  } catch (error) {
    if (error instanceof NcnnError) return `The source cannot be computed here: ${error.message}`;
    throw error;
  }
}
