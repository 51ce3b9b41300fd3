import { Budget } from '../../budget/budget.ts';
import { WireError } from '../../bytes/protobuf/wire.ts';
import { type Diagnostic, inFile, NcnnError, ncnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { Imported } from '../importer.ts';
import { assumedPartner, findPartner, partnerHint } from '../partner.ts';
import { foreign, recognize, refuseForeign } from '../recognize.ts';
import type { ModelSource, PartnerFile } from '../source.ts';
import { readBlob, type WeightsByLayer } from './blobs.ts';
import { convertNet } from './convertNet.ts';
import { decodeBinary, type FieldChoice } from './decodeBinary.ts';
import { decodeText } from './decodeText.ts';
import { inputTypes } from './inputs.ts';
import { caffePair } from './partner.ts';
import { type NetMessage, upgradedLayers } from './upgrade.ts';

/** Imports nets of Caffe and its forks, of any version: a text topology with binary weights. */
export function importCaffe(
  source: ModelSource,
  options: ConvertOptions = {},
  budget: Budget = new Budget(options, source.bytes.length),
): Imported {
  const read = caffePair.formOf(source.file) === '.prototxt' ? fromText : fromBinary;
  const files = read(source, options, budget);
  const { net, weights, diagnostics, topology } = files;
  try {
    const converted = convertNet(net, weights ?? new Map(), options, budget);
    const about = [net.name ?? '', `${converted.model.net.layers.length} layers`].filter((text) => text !== '').join(', ');
    return { kind: 'model', about, model: converted.model, diagnostics: [...diagnostics, ...inFile(topology, converted.diagnostics)] };
  } catch (error) {
    if (!(error instanceof NcnnError)) throw error;
    const found = inFile(topology, error.diagnostics);
    throw new NcnnError([...diagnostics, ...(weights === undefined ? withoutPartner(source, found) : found)]);
  }
}

/** Caffe writes HDF5 if the solver has `snapshot_format: HDF5`, and reads both formats. */
const hdf5Hint = 'Save the weights from Caffe in binary form: `caffe.Net(prototxt, weights, caffe.TEST).save("net.caffemodel")` in Python.';

interface Files {
  readonly net: NetMessage;
  /** `undefined` if there is no caffemodel. */
  readonly weights: WeightsByLayer | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The file that defines the topology. */
  readonly topology: string;
}

function fromText(source: ModelSource, options: ConvertOptions, budget: Budget): Files {
  const { message: net, diagnostics } = readTopology({ path: source.file, bytes: source.bytes }, budget);
  const partner = findPartner(source, '.caffemodel', options.caffemodel, caffePair);
  const weights = partner === undefined ? undefined : weightsOf(readWeights(partner, budget));
  const inText = weightsOf(net);
  const all = inText.size > 0 ? new Map([...(weights ?? []), ...inText]) : weights;
  return { net, weights: all, diagnostics: [...diagnostics, ...assumedPartner(source, partner)], topology: source.file };
}

function fromBinary(source: ModelSource, options: ConvertOptions, budget: Budget): Files {
  const file: PartnerFile = { path: source.file, bytes: source.bytes };
  const kind = recognize(source.bytes);
  if (kind?.kind === 'hdf5') throw foreign(source, kind, 'a binary caffemodel', hdf5Hint);
  refuseForeign(source, 'a caffemodel');
  const partner = findPartner(source, '.prototxt', options.prototxt, caffePair);
  const own = partner === undefined || partner.foundBy === 'only' ? tryTopology(file, budget) : undefined;
  // A prototxt that was only guessed is not used if the caffemodel is complete.
  if (partner !== undefined && (own === undefined || !hasInput(own))) {
    const { message: net, diagnostics } = readTopology(partner, budget);
    const all = [...diagnostics, ...assumedPartner(source, partner)];
    return { net, weights: weightsOf(readWeights(file, budget)), diagnostics: all, topology: partner.path };
  }
  const net = own ?? readWhole(file, budget);
  if (!isNet(net)) {
    throw ncnnError(
      'file-missing',
      'the caffemodel has only weights, and its prototxt is missing',
      partnerHint(source, '.prototxt', caffePair),
      {
        file: source.file,
      },
    );
  }
  return { net, weights: weightsOf(net), diagnostics: [], topology: source.file };
}

/** Without a caffemodel, one error replaces the error for each weight. */
function withoutPartner(source: ModelSource, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const missing = diagnostics.filter(({ code }) => code === 'weights-mismatch');
  if (missing.length === 0) return diagnostics;
  const layers = [...new Set(missing.map(({ place }) => place.node ?? ''))];
  const shown = layers.slice(0, 8).map((name) => `"${name}"`);
  const more = layers.length > shown.length ? ` and ${layers.length - shown.length} more` : '';
  const error = ncnnError(
    'file-missing',
    `the caffemodel with the weights of ${shown.join(', ')}${more} is missing`,
    partnerHint(source, '.caffemodel', caffePair),
    {
      file: source.file,
    },
  );
  return [...diagnostics.filter(({ code }) => code !== 'weights-mismatch'), ...error.diagnostics];
}

function readTopology({ path, bytes }: PartnerFile, budget: Budget): ReturnType<typeof decodeText<'NetParameter'>> {
  refuseForeign({ file: path, bytes }, 'a prototxt', ['text', 'json', 'onnx-text']);
  return decodeText('NetParameter', new TextDecoder().decode(bytes), path, budget);
}

/** Reads only the layer fields needed to find the weights: forks use the numbers of other fields differently. */
const weightFields: FieldChoice = (message, field) => {
  if (message === 'LayerParameter' || message === 'V1LayerParameter') return ['name', 'type', 'blobs', 'layer'].includes(field);
  if (message === 'V0LayerParameter') return ['name', 'type', 'blobs'].includes(field);
  return !(message === 'NetParameter' && ['state', 'input', 'input_dim', 'input_shape'].includes(field));
};

function readWeights(file: PartnerFile, budget: Budget): NetMessage {
  const found = recognize(file.bytes);
  if (found?.kind === 'hdf5') throw foreign({ file: file.path }, found, 'a binary caffemodel', hdf5Hint);
  // A net without weights has a caffemodel without layers, or an empty one.
  refuseForeign({ file: file.path, bytes: file.bytes }, 'a caffemodel', ['empty']);
  return decode(file, budget, weightFields);
}

function readWhole(file: PartnerFile, budget: Budget): NetMessage {
  const net = decode(file, budget);
  if (net.layer.length > 0 || net.layers.length > 0) return net;
  throw ncnnError('file-malformed', 'the file is not a caffemodel: it has no layers', 'Check how the file was created.', {
    file: file.path,
  });
}

function decode({ path, bytes }: PartnerFile, budget: Budget, choose?: FieldChoice): NetMessage {
  try {
    return decodeBinary('NetParameter', bytes, choose, (entries, offset) => budget.spend('entries', entries, { file: path, offset }));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const place = { file: path, offset: error.offset };
    if (error.reason === 'truncated') {
      const where = `the value near byte ${error.offset} extends beyond the ${bytes.length} bytes of the file`;
      const hint = 'Download or copy the file again: the previous download was probably interrupted.';
      throw ncnnError('file-truncated', `the file ends too early: ${where}`, hint, place);
    }
    const message = `the file is not a caffemodel: ${error.message}, near byte ${error.offset}`;
    throw ncnnError('file-malformed', message, 'Check how the file was created.', place);
  }
}

/** The net stored in a caffemodel; `undefined` if its layers do not decode as Caffe's. */
function tryTopology(file: PartnerFile, budget: Budget): NetMessage | undefined {
  try {
    // The file may be read again, for its weights only.
    return readWhole(file, budget.renewed());
  } catch (error) {
    if (error instanceof NcnnError) return undefined;
    throw error;
  }
}

/** Whether layers are connected by blobs, so that the caffemodel holds more than weights. */
function isNet(net: NetMessage): boolean {
  return upgradedLayers(net).some(({ bottom, top }) => bottom.length > 0 && top.length > 0);
}

/** Whether the net declares its inputs, and is not a training snapshot. */
function hasInput(net: NetMessage): boolean {
  return isNet(net) && (net.input.length > 0 || upgradedLayers(net).some(({ type = '' }) => type === 'Input' && inputTypes.has(type)));
}

function weightsOf(net: NetMessage): WeightsByLayer {
  const found = upgradedLayers(net).filter(({ blobs }) => blobs.length > 0);
  return new Map(found.map(({ name = '', blobs }) => [name, blobs.map(readBlob)]));
}
