import { Budget } from '../../budget/budget.ts';
import { type Diagnostic, NcnnError, ncnnError } from '../../diagnostics/diagnostic.ts';
import { readParamBin } from '../../net/format/paramBinRead.ts';
import { type ParsedParam, readParamText } from '../../net/format/paramRead.ts';
import { needsWeights, readWeights } from '../../net/format/weightsRead.ts';
import type { Layer, Net } from '../../net/net.ts';
import { inferShapes } from '../../net/shapes.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { customTypes } from '../../options/request/customLayers.ts';
import type { Imported } from '../importer.ts';
import { recognize, refuseForeign } from '../recognize.ts';
import type { ModelSource } from '../source.ts';
import { defaultOutputs, inputBindings, outputBindings } from './bindings.ts';
import { upgradeOldForms } from './oldForms.ts';
import { findWeights, weightsName } from './partner.ts';
import { withRequest } from './request.ts';
import { declaredShapes, withoutHints } from './shapes.ts';

/** Bytes per `.param.bin` entry: a parameter id and its value. */
const bytesPerEntry = 8;

/** Approximate number of names and values in a `.param`, which are separated by whitespace and commas. */
function valuesIn(bytes: Uint8Array): number {
  let count = 0;
  let isInside = false;
  for (const byte of bytes) {
    const separates = byte <= 0x20 || byte === 0x2c;
    if (separates && isInside) count++;
    isInside = !separates;
  }
  return count;
}

/** Imports ncnn nets: a `.param` or `.param.bin` with its `.bin`. */
export function importNcnn(
  source: ModelSource,
  options: ConvertOptions = {},
  budget: Budget = new Budget(options, source.bytes.length),
): Imported {
  const binary = recognize(source.bytes)?.kind === 'ncnn-binary-param';
  budget.spend('entries', binary ? Math.floor(source.bytes.length / bytesPerEntry) : valuesIn(source.bytes), { file: source.file });
  const parsed = binary ? readParamBin(source.bytes, source.file) : readText(source, options);
  const diagnostics = [...parsed.diagnostics];
  refuse(diagnostics);
  const layers = readBin(source, parsed, diagnostics);
  refuse(diagnostics);

  const shapes = declaredShapes(layers);
  // Applications may extract a blob that feeds a Split, so it keeps its name.
  const named = new Set(layers.flatMap(({ type, bottoms }) => (type === 'Split' ? bottoms : [])));
  const declared: Net = { layers, shapes, outputs: defaultOutputs(layers), named };
  const declaredInputs = inputBindings(declared);
  const { net: requested, pinned } = withRequest(declared, declaredInputs, options);
  const upgraded = upgradeOldForms(requested);
  for (const entry of upgraded.diagnostics) diagnostics.push({ ...entry, place: { file: source.file, ...entry.place } });
  refuse(diagnostics);
  const prepared = options.optimize === false ? upgraded.net : { ...upgraded.net, layers: withoutHints(upgraded.net.layers) };
  const net: Net = { ...prepared, shapes: inferShapes(prepared) };
  const inputs = declaredInputs.map((input) => {
    const shape = net.shapes.get(input.name) ?? input.shape;
    return { ...input, shape, blobShape: shape, blob: pinned.has(input.name) ? null : input.blob };
  });
  const about = `${binary ? 'binary' : 'text'}, ${layers.length} layers`;
  return { kind: 'model', isNet: true, hasNoNames: binary, about, diagnostics, model: { net, inputs, outputs: outputBindings(net) } };
}

function readText(source: ModelSource, options: ConvertOptions): ParsedParam {
  const { file, bytes } = source;
  if (/\.bin$/i.test(file) && recognize(bytes)?.kind !== 'ncnn-param') {
    refuseForeign(source, 'an ncnn .param', ['text', 'zeros']);
    const hint = 'Give the .param (or .param.bin) with its weights in the same folder, or join them as `net.param+weights.bin`.';
    throw ncnnError('file-foreign', 'the file holds the weights of a net, but not the net', hint, { file });
  }
  refuseForeign(source, 'an ncnn .param', ['ncnn-param', 'text']);
  return readParamText(new TextDecoder().decode(bytes), { file, customLayers: customTypes(options) });
}

/** The layers with their weights. Errors are added to `diagnostics`. */
function readBin(source: ModelSource, { layers, lines }: ParsedParam, diagnostics: Diagnostic[]): readonly Layer[] {
  const weights = findWeights(source);
  if (weights === undefined) {
    if (!needsWeights(layers)) return layers;
    const name = weightsName(source.name);
    throw ncnnError('file-missing', `the layers of the net have weights, but there is no ${name} in its folder`, joinHint, {
      file: source.file,
    });
  }
  const read = readWeights(layers, weights.bytes, { path: weights.path, ...(lines === undefined ? {} : { param: source.file, lines }) });
  for (const entry of read.diagnostics) diagnostics.push(entry);
  return read.layers;
}

const joinHint = 'Put the file there, or join one with another name: `net.param+weights.bin`.';

function refuse(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some((entry) => entry.severity === 'error')) throw new NcnnError(diagnostics);
}
