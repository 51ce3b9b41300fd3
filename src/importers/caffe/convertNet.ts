import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import type { Binding, Model } from '../../net/model.ts';
import type { BlobShape, Layer } from '../../net/net.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { CaffeBlob } from './blobs.ts';
import { createBuilder, faultOf } from './builder.ts';
import { layersBefore } from './cut.ts';
import { type CaffeInput, declaredInputs, inputTypes, layerInputs } from './inputs.ts';
import { type CaffeShape, type LayerRule, storedShape, type Value } from './layer.ts';
import { layerRules, timeFirstTypes } from './layers/index.ts';
import { nameBlobs } from './names.ts';
import { isForTraining, testLayers } from './phase.ts';
import { pinnedValues, shapedInputs } from './pinInputs.ts';
import { type LayerMessage, type NetMessage, upgradedLayers } from './upgrade.ts';

/** Learned parameters by the name of their layer; `undefined` where there is no file of them. */
export type WeightsByLayer = ReadonlyMap<string, readonly CaffeBlob[]>;

export interface ConvertedNet {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether a layer takes weights. */
  readonly needsWeights: boolean;
}

/**
 * The net that Caffe runs for a topology and its weights, for testing. Throws one `NcnnError` with all that is wrong: unknown
 * layer types, blobs nobody makes, weights that do not fit, settings that ncnn cannot follow.
 */
export function convertNet(net: NetMessage, weights: WeightsByLayer, options: ConvertOptions, file: string): ConvertedNet {
  const all = testLayers(net, upgradedLayers(net));
  const layers = all.filter(({ type }) => !isForTraining(type ?? ''));
  const feeding = layers.filter(({ type }) => inputTypes.has(type ?? ''));
  const faults: Diagnostic[] = [];
  const inputs = readInputs(net, feeding, faults, file);
  const behind = layers.filter(({ type }) => !inputTypes.has(type ?? ''));
  const { outputs: asked = [] } = options;
  const names = inputs.map(({ name }) => name);
  const computing = asked.length === 0 || faults.length > 0 ? behind : layersBefore(asked, behind, names, file);
  const unknown = computing.flatMap((layer) => unknownType(layer, file));
  if (unknown.length > 0) throw new NcnnError(unknown);
  if (faults.length > 0) throw new NcnnError(faults);
  const shaped = shapedInputs(inputs, options);
  const batch = computing.some(({ type }) => timeFirstTypes.has(type ?? '')) ? 1 : sampleCount(shaped);

  const builder = createBuilder();
  const values = new Map<string, Value | undefined>();
  const pinned = pinnedValues(shaped, options);
  const bindings: Binding[] = shaped.map(({ name, shape }): Binding => {
    const samples = batch > 1 && shape[0] === batch ? batch : 1;
    const one = samples > 1 ? [1, ...shape.slice(1)] : shape;
    const blobShape = storedShape(one);
    const constant = pinned.get(name);
    let blob = '';
    try {
      blob = constant === undefined ? builder.input(name, blobShape) : builder.constant(name, blobShape, constant);
    } catch (error) {
      faults.push(faultOf(error, { name, type: 'Input' }, [], file));
    }
    values.set(name, { blob, shape: one, held: blobShape });
    const binding: Binding = { name, dtype: 'float32', shape, blob: constant === undefined ? blob : null, blobShape, feed: 'float32' };
    return samples > 1 ? { ...binding, batch: samples } : binding;
  });

  const made: { readonly name: string; readonly value: Value; readonly layer: LayerMessage }[] = [];
  const read = new Set<string>();
  const unavailable = new Set<string>();
  for (const layer of computing) {
    const found = layer.bottom.map((name) => values.get(name));
    const missing = layer.bottom.filter((name) => !values.has(name) || unavailable.has(name));
    faults.push(...missing.map((name) => unmade(name, layer, layers, [...values.keys()], file)));
    const inputValues = found.filter((value) => value !== undefined);
    const rule: LayerRule | undefined = layerRules[layer.type ?? ''];
    if (missing.length > 0 || inputValues.length < found.length || rule === undefined) {
      for (const top of layer.top) values.set(top, undefined);
      continue;
    }
    for (const name of layer.bottom) read.add(name);
    const context = builder.contextOf(layer, inputValues, weights.get(layer.name ?? '') ?? [], batch);
    let results: readonly (Value | undefined)[] = [];
    try {
      results = rule(context);
    } catch (error) {
      faults.push(faultOf(error, layer, inputValues, file));
    }
    for (const [index, top] of layer.top.entries()) {
      const value = results[index];
      values.set(top, value);
      read.delete(top);
      if (value !== undefined) made.push({ name: top, value, layer });
      else if (results.length > 0) unavailable.add(top);
    }
  }
  for (const { name, type, position, top } of computing) {
    const formless = top.filter((blob) => asked.includes(blob) && unavailable.has(blob)).map((blob) => `"${blob}"`);
    if (formless.length === 0) continue;
    const place = { file, ...position, ...(name === undefined ? {} : { node: name }), operator: type ?? '' };
    const message = `the layer's result ${formless.join(', ')} has no form in ncnn`;
    faults.push(diagnostic('operator-unsupported', message, 'Ask for another blob.', place));
  }
  // What is silenced is nobody's result.
  for (const { type, bottom } of all) if (type === 'Silence') for (const name of bottom) read.add(name);
  const errors = [...faults, ...builder.faults.map((entry) => ({ ...entry, place: { ...entry.place, file } }))];
  if (errors.length > 0) throw new NcnnError(errors);

  const outputs = chooseOutputs(asked, values, made, read, builder.layers, file);
  const outputBindings = outputs.map(([name, { blob, shape, held }]) => outputBinding(name, blob, shape, held, batch, bindings));
  const rename = nameBlobs({
    inputs: bindings.flatMap(({ name, blob }) => (blob === null ? [] : [[name, blob] as const])),
    outputs: outputs.map(([name, { blob }]) => [name, blob]),
    made: made.map(({ name, value, layer }) => ({ name, blob: value.blob, layer: layer.name ?? name })),
    layers: builder.layers,
  });
  const bind = (binding: Binding): Binding => (binding.blob === null ? binding : { ...binding, blob: rename(binding.blob) });
  const renamed = builder.layers.map((layer): Layer => ({ ...layer, bottoms: layer.bottoms.map(rename), tops: layer.tops.map(rename) }));
  return {
    model: {
      net: {
        layers: renamed,
        shapes: new Map([...builder.shapes].map(([name, shape]) => [rename(name), shape])),
        outputs: [...new Set(outputs.map(([, { blob }]) => rename(blob)))],
      },
      inputs: bindings.map(bind),
      outputs: outputBindings.map(bind),
    },
    diagnostics: [...surplus(weights, layers), ...builder.cautions.map((entry) => ({ ...entry, place: { ...entry.place, file } }))],
    needsWeights: renamed.some((layer) => layer.type !== 'MemoryData' && layer.weights.length > 0),
  };
}

function unknownType({ type = '', name, position, bottom }: LayerMessage, file: string): readonly Diagnostic[] {
  if (Object.hasOwn(layerRules, type)) return [];
  const [suggestion] = closest(type, Object.keys(layerRules));
  const cut = bottom.map((blob) => `\`output=${blob}\``).join(', ');
  const hint =
    suggestion !== undefined ? `Did you mean \`${suggestion}\`?` : cut === '' ? 'Correct the type.' : `Cut the net in front of it: ${cut}.`;
  const message = type === '' ? 'the layer has no type' : `the layer type "${type}" is not known`;
  return [diagnostic('layer-unknown', message, hint, { file, ...position, ...(name === undefined ? {} : { node: name }), operator: type })];
}

function readInputs(net: NetMessage, feeding: readonly LayerMessage[], faults: Diagnostic[], file: string): readonly CaffeInput[] {
  const inputs: CaffeInput[] = [];
  const collect = (layer: LayerMessage, find: () => readonly CaffeInput[]): void => {
    try {
      inputs.push(...find());
    } catch (error) {
      faults.push(faultOf(error, layer, [], file));
    }
  };
  for (const layer of feeding) collect(layer, () => layerInputs(layer));
  const [any] = feeding;
  if (net.input.length > 0) inputs.unshift(...declaredInputs(net));
  if (inputs.length === 0 && any === undefined && faults.length === 0) {
    const message = 'the net has no input: no `input` field, and no Input or Data layer for testing';
    faults.push(diagnostic('file-malformed', message, 'Give the deploy.prototxt of the model.', { file }));
  }
  return [...new Map(inputs.map((input) => [input.name, input])).values()];
}

/** Samples that the net computes one by one: the first size that the image inputs have in common. */
function sampleCount(inputs: readonly CaffeInput[]): number {
  const [first] = inputs.filter(({ shape }) => shape.length === 4);
  const samples = (first ?? inputs[0])?.shape[0];
  return typeof samples === 'number' && (first ?? inputs[0])?.shape.length !== 1 ? samples : 1;
}

function unmade(name: string, layer: LayerMessage, layers: readonly LayerMessage[], known: readonly string[], file: string): Diagnostic {
  const maker = layers.find(({ top }) => top.includes(name));
  if (maker !== undefined && maker !== layer && layers.indexOf(maker) < layers.indexOf(layer)) {
    const message = `the bottom "${name}" is a result of "${maker.name ?? ''}" that has no form in ncnn`;
    return diagnostic('operator-unsupported', message, 'Cut the net in front of it with `output=NAME`.', {
      file,
      ...layer.position,
      node: layer.name ?? '',
      operator: layer.type ?? '',
    });
  }
  const [suggestion] = closest(name, known);
  const message =
    maker === layer
      ? `the layer reads its own result "${name}"`
      : maker === undefined
        ? `the bottom "${name}" is made by no layer and is no input`
        : `the bottom "${name}" is made only by "${maker.name ?? ''}", which comes later or depends on this layer`;
  const hint =
    maker !== undefined
      ? 'Put the layers in the order in which they run; a net must not have circles.'
      : suggestion === undefined
        ? 'Correct the name.'
        : `Did you mean "${suggestion}"?`;
  return diagnostic('net-invalid', message, hint, { file, ...layer.position, node: layer.name ?? '', operator: layer.type ?? '' });
}

type Made = { readonly name: string; readonly value: Value; readonly layer: LayerMessage };

/** The outputs by name: those asked for, or else the blobs nothing reads, leftovers of Split and of layers without input aside. */
function chooseOutputs(
  asked: readonly string[],
  values: ReadonlyMap<string, Value | undefined>,
  made: readonly Made[],
  read: ReadonlySet<string>,
  layers: readonly Layer[],
  file: string,
): readonly (readonly [string, Value])[] {
  if (asked.length > 0) {
    return asked.flatMap((name) => {
      const value = values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
  }
  const live = dependents(layers);
  const consumed = new Set(layers.flatMap(({ bottoms }) => bottoms));
  const last = new Map(made.map((entry) => [entry.name, entry]));
  const outputs = [...last.values()].filter(
    ({ name, value, layer }) => !read.has(name) && live.has(value.blob) && !(layer.type === 'Split' && consumed.has(value.blob)),
  );
  if (outputs.length === 0) {
    throw new NcnnError([
      diagnostic('graph-empty', 'the net computes nothing from its inputs', 'Give the deploy.prototxt of the model.', { file }),
    ]);
  }
  return outputs.map(({ name, value }) => [name, value] as const);
}

/** Blobs that depend on an input. */
function dependents(layers: readonly Layer[]): ReadonlySet<string> {
  const live = new Set<string>();
  for (const { type, bottoms, tops } of layers) {
    if (type === 'Input' || bottoms.some((bottom) => live.has(bottom))) for (const top of tops) live.add(top);
  }
  return live;
}

function outputBinding(
  name: string,
  blob: string,
  shape: CaffeShape,
  blobShape: BlobShape,
  batch: number,
  inputs: readonly Binding[],
): Binding {
  const binding: Binding = { name, dtype: 'float32', shape, blob, blobShape, feed: 'float32' };
  if (batch <= 1 || !inputs.some((input) => input.batch !== undefined) || shape[0] !== 1) return binding;
  return { ...binding, shape: [batch, ...shape.slice(1)], batch };
}

/** Weights that no layer of the net has a name for. */
function surplus(weights: WeightsByLayer, layers: readonly LayerMessage[]): readonly Diagnostic[] {
  const names = new Set(layers.map(({ name }) => name));
  const unused = [...weights].filter(([name, blobs]) => blobs.length > 0 && !names.has(name)).map(([name]) => `"${name}"`);
  if (unused.length === 0) return [];
  return [
    diagnostic(
      'weights-surplus',
      `the caffemodel has weights of layers that the prototxt does not have: ${unused.join(', ')}`,
      'Check that the two belong together; layers for training are left out rightly.',
    ),
  ];
}
