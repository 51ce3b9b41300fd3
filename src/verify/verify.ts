import type { Budget } from '../budget/budget.ts';
import type { LimitOptions } from '../budget/limits.ts';
import type { Remedy } from '../diagnostics/advice.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Graph, Node } from '../graph/ir/graph.ts';
import type { DataType, Tensor } from '../graph/ir/tensor.ts';
import { evaluate } from '../graph/stages/evaluate.ts';
import { type BlobData, type ExecuteOptions, execute } from '../net/execute.ts';
import { PhoneLayers } from '../net/half/phoneLayers.ts';
import type { Model } from '../net/model.ts';
import { type Layer, typeName } from '../net/net.ts';
import type { VerifySettings } from '../options/convertOptions.ts';
import { blobFeeds } from './blobFeeds.ts';
import { type Comparison, compare, defaultThresholds, type Thresholds } from './compare.ts';
import { createFeeds, type DeclaredInput, type VerifyInput } from './feeds.ts';
import { feedBudget, verificationBudget } from './verificationBudget.ts';

export interface VerifyOptions extends VerifySettings, LimitOptions {
  /** Input values by name; other inputs are random. */
  readonly inputs?: Readonly<Record<string, VerifyInput>>;
}

/** Computes tensors of a model by name, including inner ones, in row-major order. */
export type ComputeTensors = (feeds: ReadonlyMap<string, Tensor>, names: readonly string[]) => Promise<ReadonlyMap<string, Float64Array>>;

/**
 * What the written net must compute: a graph, evaluated by the operators of this package or by `compute`; or, for a source without a graph,
 * the net as it was imported.
 */
export type Reference =
  | { readonly kind: 'graph'; readonly graph: Graph; readonly compute?: ComputeTensors }
  | { readonly kind: 'model'; readonly model: Model };

export interface OutputComparison extends Comparison {
  readonly name: string;
}

/** The first inner tensor that differs. */
export interface Difference {
  /** Its name in the source and in the net. */
  readonly tensor: string;
  /** The node of the source that produces it, and its operator. */
  readonly node: string;
  readonly operator: string;
  /** The layer of the net that produces it, and its type. */
  readonly layer: string;
  readonly layerType: string;
  readonly comparison: Comparison;
  /** Whether the tensor is, or depends on, integers that the model computes, such as the indices of TopK. */
  readonly isChoice: boolean;
}

export interface Verification extends Thresholds {
  readonly ok: boolean;
  readonly seed: number;
  /** Present if the net was computed as ncnn does on phones. */
  readonly as?: 'phone';
  readonly outputs: readonly OutputComparison[];
  /** Present if an output differs and a differing tensor exists on both sides. */
  readonly first?: Difference;
}

/**
 * Computes the reference and the net on the same inputs and compares all outputs. `written` is the net as it was read back from its files,
 * with the bindings of the manifest; a net for one sample runs once per sample.
 *
 * Throws `NcnnError` if one of the two cannot be computed.
 *
 * @param bytesRead size of the model's files; constants that the converter computes do not count
 */
export async function verifyNet(
  reference: Reference,
  written: Model,
  options: VerifyOptions = {},
  precision: 'fp32' | 'fp16' = 'fp32',
  bytesRead: number = Number.POSITIVE_INFINITY,
): Promise<Verification> {
  const defaults = options.as === 'phone' ? phoneThresholds : defaultThresholds(precision);
  const thresholds: Thresholds = { rtol: options.rtol ?? defaults.rtol, atol: options.atol ?? defaults.atol };
  const seed = options.seed ?? 1;
  const feeds = createFeeds(referenceInputs(reference), options.inputs ?? {}, seed, feedBudget(options));
  const budget = verificationBudget(options, {
    weights: Math.min(bytesRead, weightCount(reference)),
    fed: [...feeds.values()].reduce((sum, { size }) => sum + size, 0),
  });
  const expected = await computeReference(reference, feeds, budget);
  const run = options.as === 'phone' ? new PhoneLayers().run : undefined;
  const actual = runNet(written, feeds, budget, run);
  const outputs = written.outputs.map(
    ({ name }): OutputComparison => ({ name, ...compare(expected.get(name) ?? [], actual.get(name) ?? [], thresholds) }),
  );
  const ok = outputs.every((output) => output.ok);
  const first = ok ? undefined : await firstDifference(reference, written, feeds, thresholds, run);
  const computed = run === undefined ? {} : { as: 'phone' as const };
  return { ok, seed, ...computed, ...thresholds, outputs, ...(first === undefined ? {} : { first }) };
}

/** A diagnostic for each output that differs, with the first inner tensor that differs. */
export function verificationDiagnostics(verification: Verification): readonly Diagnostic[] {
  const { outputs, first } = verification;
  return outputs
    .filter(({ ok }) => !ok)
    .map(({ name, at, maxAbsolute }) => {
      const example = at === undefined ? '' : ` (${exact(at.actual)} instead of ${exact(at.expected)} at element ${at.index})`;
      const where =
        first === undefined
          ? ''
          : `; the first tensor that differs is "${first.tensor}" of ${first.operator} "${first.node}", computed by the layer ${first.layerType} "${first.layer}"`;
      return diagnostic(
        'result-differs',
        `output "${name}" differs from the model by up to ${number(maxAbsolute)}${example}${where}`,
        remedyOf(verification),
        first === undefined ? {} : { node: first.node, operator: first.operator },
      );
    });
}

function remedyOf({ first, as, seed, rtol, atol }: Verification): Remedy {
  if (first?.isChoice) return choiceRemedy(seed);
  if (as === 'phone') return phoneRemedy;
  const hint = `Convert without the optimizer to see whether a pass causes it, and report it with the model (seed ${seed}); if the cause is rounding, raise rtol (${rtol}) or atol (${atol}).`;
  return { hint, advice: [{ option: 'optimize', value: false }] };
}

const phoneRemedy: Remedy = {
  hint: 'Calibrate with typical inputs, so that layers that break in fp16 stay in fp32.',
  advice: [],
};

/** Rounding decides a choice between nearly equal elements, so neither side is wrong. */
function choiceRemedy(seed: number): Remedy {
  const hint = `Verify with real inputs or with a seed other than ${seed}: the model selects among elements, and nearly equal ones may come in another order.`;
  return { hint, advice: [] };
}

/** Enough digits to distinguish one float32 from another. */
function exact(value: number): string {
  return String(Number(value.toPrecision(9)));
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** The inputs of a reference as a caller feeds them. */
export function referenceInputs(reference: Reference): readonly DeclaredInput[] {
  if (reference.kind === 'graph') {
    const { graph } = reference;
    return graph.inputs
      .filter(({ name }) => !graph.constants.has(name))
      .map(({ name, type }) => ({ name, dtype: type.dtype, shape: type.shape }));
  }
  return declaredInputs(reference.model);
}

/** The inputs of a net as a caller feeds them. */
export function declaredInputs({ inputs }: Model): readonly DeclaredInput[] {
  return inputs
    .filter(({ blob }) => blob !== null)
    .map(({ name, dtype, feed, shape }) => ({ name, dtype: feed === 'int32' ? 'int32' : dataType(dtype), shape }));
}

function dataType(name: string): DataType {
  return name === 'int32' || name === 'int64' || name === 'bool' ? name : 'float32';
}

/** Outputs of the reference by name, in row-major order. */
async function computeReference(
  reference: Reference,
  feeds: ReadonlyMap<string, Tensor>,
  budget: Budget,
): Promise<ReadonlyMap<string, ArrayLike<number>>> {
  if (reference.kind === 'model') return runNet(reference.model, feeds, budget);
  const { graph, compute } = reference;
  if (compute !== undefined) return await compute(withPinned(graph, feeds), graph.outputs);
  const results = evaluate(reference.graph, feeds, { budget: budget.renewed() });
  return new Map([...results].map(([name, tensor]) => [name, tensor.dtype === 'float32' ? tensor.toFloat32() : tensor.toFloat64()]));
}

/** The feeds, and the values of inputs that were pinned to a constant. */
function withPinned({ inputs, constants }: Graph, feeds: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
  const pinned = inputs.flatMap(({ name }): [string, Tensor][] => {
    const value = constants.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return new Map([...feeds, ...pinned]);
}

/** Number of elements of the model's weights. */
function weightCount(reference: Reference): number {
  let count = 0;
  if (reference.kind === 'graph') for (const { size } of reference.graph.constants.values()) count += size;
  else for (const { weights } of reference.model.net.layers) for (const { length } of weights) count += length;
  return count;
}

/** Outputs of a net by source name, concatenated over the samples, which share the budget. */
function runNet(model: Model, feeds: ReadonlyMap<string, Tensor>, budget: Budget, run?: RunLayer): ReadonlyMap<string, ArrayLike<number>> {
  const samples = sampleCount(model);
  const own = budget.renewed();
  const collected = new Map(model.outputs.map(({ name }): [string, (Float32Array | Int32Array)[]] => [name, []]));
  for (let sample = 0; sample < samples; sample++) {
    const results = execute(model.net, blobFeeds(model, feeds, sample), { budget: own, ...(run === undefined ? {} : { run }) });
    for (const { name, blob, feed } of model.outputs) {
      const found = blob === null ? undefined : results.get(blob);
      if (found === undefined) continue;
      const values = feed === 'int32' ? new Int32Array(found.values.buffer, found.values.byteOffset, found.values.length) : found.values;
      collected.get(name)?.push(values);
    }
  }
  return new Map([...collected].map(([name, parts]) => [name, joinSamples(parts)]));
}

function joinSamples(parts: readonly (Float32Array | Int32Array)[]): ArrayLike<number> {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first;
  const joined = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

type RunLayer = NonNullable<ExecuteOptions['run']>;

/** fp16 keeps about three digits, and about two after many sums. */
const phoneThresholds: Thresholds = { rtol: 0, atol: 2e-2 };

function sampleCount({ inputs, outputs }: Model): number {
  return [...inputs, ...outputs].reduce((count, { batch }) => Math.max(count, batch ?? 1), 1);
}

/**
 * Compares the tensors that both sides have, in the order in which the source produces them. Only the first of several samples is compared.
 */
async function firstDifference(
  reference: Reference,
  written: Model,
  feeds: ReadonlyMap<string, Tensor>,
  thresholds: Thresholds,
  run: RunLayer | undefined,
): Promise<Difference | undefined> {
  const blobs = new Map<string, { readonly blob: BlobData; readonly layer: Layer }>();
  execute(written.net, blobFeeds(written, feeds, 0), {
    ...(run === undefined ? {} : { run }),
    onBlob: (name, blob, layer) => {
      if (layer.type !== 'Input' && layer.type !== 'Split') blobs.set(name, { blob, layer });
    },
  });
  const samples = sampleCount(written);
  let first: Difference | undefined;
  const integers = new Set<string>();
  const check = (
    tensor: string,
    size: number,
    valuesOf: () => ArrayLike<number>,
    node: string,
    operator: string,
    operands: readonly string[] = [],
  ): void => {
    const computed = blobs.get(tensor);
    if (first !== undefined || computed === undefined) return;
    const { blob, layer } = computed;
    if (size !== blob.values.length && size !== blob.values.length * samples) return;
    const comparison = compare(Array.prototype.slice.call(valuesOf(), 0, blob.values.length), blob.values, thresholds);
    const isChoice = [tensor, ...operands].some((name) => integers.has(name));
    if (!comparison.ok) first = { tensor, node, operator, layer: layer.name, layerType: typeName(layer), comparison, isChoice };
  };
  if (reference.kind === 'graph' && reference.compute !== undefined) {
    const { graph, compute } = reference;
    const computed = graph.nodes
      .flatMap((node) => node.outputs.map((tensor) => ({ tensor, node })))
      .filter(({ tensor }) => blobs.has(tensor));
    const names = [...new Set(computed.map(({ tensor }) => tensor))];
    const values = await compute(withPinned(graph, feeds), names);
    for (const { tensor, node } of computed) {
      const found = values.get(tensor) ?? [];
      check(tensor, found.length, () => found, node.name, node.operator);
    }
  } else if (reference.kind === 'graph') {
    const onValue = (name: string, tensor: Tensor, node: Node): void => {
      if (tensor.dtype === 'int32' || tensor.dtype === 'int64') integers.add(name);
      check(name, tensor.size, () => (tensor.dtype === 'string' ? [] : tensor.toFloat64()), node.name, node.operator, node.inputs);
    };
    evaluate(reference.graph, feeds, { onValue });
  } else {
    execute(reference.model.net, blobFeeds(reference.model, feeds, 0), {
      onBlob: (name, blob, layer) => check(name, blob.values.length, () => blob.values, layer.name, typeName(layer)),
    });
  }
  return first;
}
