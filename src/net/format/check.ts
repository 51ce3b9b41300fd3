import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { chooseOutputs } from '../../diagnostics/remedies.ts';
import { isLayerType, layerRecord } from '../layers/layerTypes.ts';
import { numberParam, numberProblems, type ParamEntry, paramEntries } from '../layers/params.ts';
import type { WeightSlot } from '../layers/weightRule.ts';
import { weightSlots } from '../layers/weights.ts';
import { isLegalName, maxNameLength } from '../names.ts';
import { type Layer, type LayerOf, type LayerType, type Net, typeName } from '../net.ts';
import type { Weight } from '../weight.ts';
import { floatBits } from './number.ts';
import { readParamBin } from './paramBinRead.ts';
import { readParamText } from './paramRead.ts';
import { paddedToFour, weightsLength } from './weightsWrite.ts';

/** An error for every rule of ncnn that a net breaks; empty if ncnn can load the net. */
export function checkNet(net: Net): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const computed = new Set<string>();
  const read = new Set<string>();
  const layerNames = new Set<string>();
  for (const layer of net.layers) {
    const report = (message: string, hint = fault): void => {
      diagnostics.push(diagnostic('net-invalid', message, hint, { node: layer.name, operator: typeName(layer) }));
    };
    for (const [kind, name] of [['layer', layer.name], ...layer.tops.map((top) => ['blob', top])] as const) {
      if (!isLegalName(name ?? ''))
        report(`${JSON.stringify(name)} cannot be the name of a ${kind} (white space, empty or over ${maxNameLength} bytes)`);
    }
    if (layerNames.has(layer.name)) report('another layer has the same name');
    layerNames.add(layer.name);
    for (const bottom of layer.bottoms) {
      if (!computed.has(bottom)) report(`the blob "${bottom}" is read before it is computed`);
      if (read.has(bottom)) report(`the blob "${bottom}" is read twice without a Split`);
      read.add(bottom);
    }
    for (const top of layer.tops) {
      if (computed.has(top)) report(`the blob "${top}" is computed twice`);
      computed.add(top);
    }
    checkType(layer, report);
    for (const entry of paramEntries(layer)) checkParam(entry, report);
    checkWeights(layer, report);
  }
  for (const output of net.outputs) {
    if (!computed.has(output)) diagnostics.push(diagnostic('net-invalid', `no layer computes the output "${output}"`, fault));
    if (read.has(output)) diagnostics.push(diagnostic('net-invalid', `the output "${output}" is read by a layer without a Split`, fault));
  }
  if (net.layers.length === 0) diagnostics.push(diagnostic('graph-empty', 'the net has no layers', chooseOutputs));
  return diagnostics;
}

/**
 * Reads the written files of a net back and compares: the layers of the text and the binary file, and the number of weights that their
 * parameters require. Only for nets that {@link checkNet} accepts.
 */
export function checkWritten(net: Net, param: string, paramBin: Uint8Array): readonly Diagnostic[] {
  const customLayers = net.layers.flatMap((layer) => (layer.type === 'Custom' ? [layer.customType] : []));
  const text = readParamText(param, { customLayers });
  // Warnings about ints in place of floats are ignored, because these ints are written unchanged.
  const errors = text.diagnostics.filter(({ severity }) => severity === 'error');
  const diagnostics = [...errors, ...compare(net, text.layers, 'text', (name) => name)];
  if (customLayers.length > 0) return diagnostics;
  const binary = readParamBin(paramBin);
  const blobs = new Map(net.layers.flatMap((layer) => layer.tops).map((name, index) => [name, `blob${index}`]));
  const differences = compare(net, binary.layers, 'binary', (name) => blobs.get(name) ?? '');
  const expected = binary.layers.flatMap((layer) => weightSlots(layer) ?? []).length;
  const found = net.layers.reduce((count, layer) => count + layer.weights.length, 0);
  const missing = expected === found ? [] : [diagnostic('net-invalid', `ncnn would read ${expected} weights, got ${found}`, fault)];
  return [...diagnostics, ...binary.diagnostics, ...differences, ...missing];
}

const fault = 'Report this bug of the converter together with the model.';

type Report = (message: string, hint?: string) => void;

function checkType(layer: Layer, report: Report): void {
  if (layer.type === 'Custom') {
    if (!isLegalName(layer.customType)) report(`"${layer.customType}" cannot be the name of a layer type`);
    if (isLayerType(layer.customType)) report(`"${layer.customType}" is a layer type of ncnn and cannot be a custom one`);
    return;
  }
  if (layer.type === 'Input' && layer.bottoms.length > 0) report('an Input reads no blob');
  if (!layerRecord(layer.type).oneBlobOnly || layer.type === 'Input' || takesMore(layer)) return;
  if (layer.bottoms.length === 1 && layer.tops.length === 1) return;
  report(`${layer.type} needs 1 input blob and 1 output blob, got ${layer.bottoms.length} and ${layer.tops.length}`);
}

/** Whether the parameters of a layer make it read further blobs. */
function takesMore({ type, params, bottoms, tops }: LayerOf<LayerType>): boolean {
  const more = layerRecord(type).takesMore?.((name) => numberParam(type, params, name)) ?? false;
  return more && tops.length === 1 && bottoms.length > 0;
}

function checkParam({ id, kind, value }: ParamEntry, report: Report): void {
  if (!Number.isInteger(id) || id < 0 || id >= 32) report(`${id} is not a parameter id`);
  if (kind === 'string') {
    const text = String(value);
    const size = new TextEncoder().encode(text).length;
    if (typeof value !== 'string' || size > 255 || /["\n\r\0]/.test(text))
      report(`parameter ${id} is a string that ncnn cannot store: ${text}`);
    return;
  }
  if (typeof value === 'string' || Array.isArray(value) !== (kind === 'ints' || kind === 'floats')) {
    report(`parameter ${id} is ${JSON.stringify(value)}, expected a value of kind ${kind}`);
    return;
  }
  for (const problem of numberProblems({ id, kind, value })) report(problem);
}

function checkWeights(layer: Layer, report: Report): void {
  const slots = weightSlots(layer);
  if (slots === undefined) return;
  if (slots.length !== layer.weights.length) {
    const names = slots.map((slot) => slot.name).join(', ') || 'none';
    report(`the parameters need ${slots.length} weights (${names}), got ${layer.weights.length}`);
    return;
  }
  for (const [index, slot] of slots.entries()) {
    const weight = layer.weights[index];
    if (weight !== undefined) checkWeight(slot, weight, report);
  }
}

function checkWeight(slot: WeightSlot, { length, storage, flag }: Weight, report: Report): void {
  if (!Number.isInteger(slot.length) || slot.length <= 0) report(`${slot.name} cannot have ${slot.length} elements`);
  if (length !== slot.length) report(`${slot.name} has ${length} elements, expected ${slot.length} from the parameters`);
  const fits =
    slot.storage === 'tagged'
      ? storage !== 'opaque' || (flag !== undefined && flag !== 0)
      : flag === undefined && storage === (slot.storage === 'bytes' ? 'opaque' : 'float32');
  if (!fits) report(`${slot.name} cannot be stored as ${storage} here`);
}

function compare(net: Net, layers: readonly Layer[], form: string, rename: (blob: string) => string): readonly Diagnostic[] {
  const wrong = (what: string, place: object = {}): Diagnostic =>
    diagnostic('net-invalid', `the ${form} that was written is read back with ${what}`, fault, place);
  if (layers.length !== net.layers.length) return [wrong(`${layers.length} layers instead of ${net.layers.length}`)];
  return net.layers.flatMap((layer, index) => {
    const other = layers[index];
    const describe = (from: Layer, blobs: (name: string) => string): string =>
      JSON.stringify([typeName(from), from.bottoms.map(blobs), from.tops.map(blobs), paramEntries(from).map(bitsOf)]);
    const same = other !== undefined && describe(layer, rename) === describe(other, (name) => name);
    return same ? [] : [wrong('another layer', { node: layer.name, operator: typeName(layer) })];
  });
}

/** A parameter with its floats as bits, for the comparison. */
function bitsOf({ id, kind, value }: ParamEntry): readonly unknown[] {
  if (kind === 'int' || kind === 'ints' || typeof value === 'string') return [id, value];
  return [id, typeof value === 'number' ? floatBits(value) : value.map(floatBits)];
}

/** The length in bytes of the weight file that the parameters of a net require, if the weights keep their element types. */
function expectedLength(net: Net): number {
  let total = 0;
  for (const layer of net.layers) {
    for (const [index, slot] of (weightSlots(layer) ?? []).entries()) {
      const storage = layer.weights[index]?.storage;
      const size = storage === 'float16' || storage === 'bfloat16' ? 2 : storage === 'int8' || storage === 'opaque' ? 1 : 4;
      const table = storage === 'opaque' && slot.storage === 'tagged' ? 1024 : 0;
      total += (slot.storage === 'tagged' ? 4 : 0) + table + paddedToFour(slot.length * size);
    }
  }
  return total;
}

/** Whether the weights have the length that the parameters of the net require. */
export function hasExpectedLength(net: Net): boolean {
  return net.layers.some((layer) => layer.type === 'Custom') || weightsLength(net) === expectedLength(net);
}
