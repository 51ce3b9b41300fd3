import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importOnnx } from '../../src/importers/onnx/importer.ts';
import { sourceInMemory } from '../../src/importers/source.ts';
import { readParamBin } from '../../src/net/format/paramBinRead.ts';
import { readParamText } from '../../src/net/format/paramRead.ts';
import { readWeights } from '../../src/net/format/weightsRead.ts';
import { caffeNets } from './caffeSeeds.ts';
import { convertFiles, refused } from './convertFiles.ts';
import type { Dictionary } from './mutate.ts';
import type { Random } from './random.ts';
import { settingTargets } from './settingTargets.ts';
import { torchSeeds } from './torchSeeds.ts';

/** A reader of files, to be tested with damaged ones. */
export interface Target {
  readonly name: string;
  /** Valid files by name. */
  readonly seeds: ReadonlyMap<string, Uint8Array>;
  readonly dictionary: Dictionary;
  /** The syntax of the files, for damage behind their parser. */
  readonly form?: 'protobuf' | 'text';
  /** Damages a file in a special way, in place of the general ones. */
  readonly mutate?: (seed: Uint8Array, random: Random) => Uint8Array;
  /** Reads a file derived from a seed. Any exception is a finding. Returns whether the file was accepted; rejecting it is not an error. */
  readonly read: (bytes: Uint8Array, seed: string) => boolean | Promise<boolean>;
}

const operators = [
  'Conv',
  'Reshape',
  'Expand',
  'Tile',
  'Range',
  'ConstantOfShape',
  'Pad',
  'OneHot',
  'Resize',
  'If',
  'Loop',
  'Scan',
  'Constant',
];
const onnxWords: Dictionary = [
  ...operators,
  'Slice',
  'Gather',
  'Concat',
  'Shape',
  'Cast',
  'MatMul',
  'Einsum',
  'axis',
  'value',
  'location',
  'x',
  'y',
];
const paramWords: Dictionary = [
  '7767517\n',
  'Input',
  'Convolution',
  'Reshape',
  '-23300=',
  '0=',
  ' 1 1 ',
  '-233',
  '1.0',
  '"',
  'Split',
  'MemoryData',
];

const caffeWords: Dictionary = [
  'layer {',
  'layers {',
  '}',
  'dim: 0',
  'top: "data"',
  'Convolution',
  'Slice',
  'Crop',
  'kernel_size: 0',
  'group: 2',
  'axis: -1',
];

const symbolWords: Dictionary = [
  '"nodes"',
  '"heads"',
  '"inputs"',
  '"attrs"',
  '[[0, 0, 0]]',
  '"kernel"',
  '"(3, 3)"',
  '"(0, -4, 3, -1, -2)"',
  '"None"',
  '"num_filter"',
  'Convolution',
  'Reshape',
  'RNN',
  '-1',
];

const pickleWords: Dictionary = [
  'ctorch._utils\n_rebuild_tensor_v2\n',
  'ctorch\nFloatStorage\n',
  'ccollections\nOrderedDict\n',
  'c__torch__\nNet\n',
  'cos\nsystem\n',
  'X\x07\0\0\0forward',
  '\x80\x02',
  ...['(', ')', ']', '}', 't', 'R', 'Q', 'b', 'u', 'e', '.', 'N', '\x81', '\x85', '\x88', 'h\0', 'q\0', 'K\0', 'J\xff\xff\xff\x7f'],
];

const codeWords: Dictionary = [
  ...['torch.add', 'torch.size', 'torch.view', 'torch.append', 'torch.slice', 'torch.mul', 'torch.zeros', 'torch.format', 'torch.select'],
  ...[
    'ops.prim.RaiseException',
    'ops.prim.NumToTensor',
    'annotate',
    'isinstance',
    'getattr',
    'unchecked_cast',
    'CONSTANTS.c0',
    'int',
    'bool',
  ],
  ...['if', 'else:', 'for i in range(3):', 'while True:', 'return', 'self', 'x', '[1, -1]', '[]', 'None', 'True', '-1', '0', 'inf', '1.5'],
  ...['List[Tensor]', 'Optional[Tensor]', '"a"', '(', ')', '[', ']', ',', ':', '=', '.', '\n', '  '],
];

const programWords: Dictionary = [
  ...['"torch.ops.aten.add.Tensor"', '"torch.ops.aten.view.default"', '"torch.ops.aten.slice.Tensor"', '"torch.ops.aten.copy_.default"'],
  ...['"as_tensor"', '"as_tensors"', '"as_int"', '"as_ints"', '"as_float"', '"as_none"', '"as_sym_int"', '"as_bool"', '"as_string"'],
  ...['"name"', '"inputs"', '"outputs"', '"nodes"', '"sizes"', '"dtype"', '"arg"', '{}', '[]', 'null', '-1', '0', '1e9', 'NaN', '"x"'],
];

/**
 * Every reader, and the complete conversion of an ONNX file.
 *
 * @param fixtures `test/fixtures`
 * @param more a folder with additional `.onnx` files, including those in its subfolders
 */
export function createTargets(fixtures: string, more?: string): readonly Target[] {
  const onnx = new Map([...files(path.join(fixtures, 'onnx'), '.onnx'), ...(more === undefined ? [] : files(more, '.onnx'))]);
  const hostile = files(path.join(fixtures, 'hostile'), '.onnx');
  const params = files(path.join(fixtures, 'embed'), '.param');
  const binaries = files(path.join(fixtures, 'embed'), '.param.bin');
  const weights = new Map([...files(path.join(fixtures, 'embed'), '.bin')].filter(([name]) => !binaries.has(name)));
  const layers = [...params].flatMap(([, bytes]) => readParamText(decode(bytes)).layers);
  const nets = new Map([...params, ...files(path.join(fixtures, 'optimize'), '.param')]);
  const netWeights = new Map([...weights, ...files(path.join(fixtures, 'optimize'), '.bin')]);
  const weightsOf = (net: string): Uint8Array => netWeights.get(net.replace(/param$/, 'bin')) ?? new Uint8Array();
  const topologies = new Map([...caffeNets].map(([name, { prototxt }]) => [name, new TextEncoder().encode(prototxt)]));
  const caffemodels = new Map([...caffeNets].map(([name, { caffemodel }]) => [name, caffemodel]));
  const caffeText = (bytes: Uint8Array, seed: string): Promise<boolean> =>
    convertFiles({ 'net.prototxt': bytes, 'net.caffemodel': caffemodels.get(seed) ?? '' });
  const caffeBinary = (bytes: Uint8Array, seed: string): Promise<boolean> =>
    convertFiles({ 'net.caffemodel': bytes, 'net.prototxt': topologies.get(seed) ?? '' });
  const symbols = files(path.join(fixtures, 'mxnet'), '-symbol.json');
  const arrays = files(path.join(fixtures, 'mxnet'), '.params');
  const mxnetSymbol = (bytes: Uint8Array, seed: string): Promise<boolean> =>
    convertFiles({ 'net-symbol.json': bytes, 'net-0000.params': arrays.get(seed.replace('symbol.json', '0000.params')) ?? '' });
  const mxnetArrays = (bytes: Uint8Array, seed: string): Promise<boolean> =>
    convertFiles({ 'net-0000.params': bytes, 'net-symbol.json': symbols.get(seed.replace('0000.params', 'symbol.json')) ?? '' });
  const torch = torchSeeds(fixtures);
  const script = (bytes: Uint8Array, seed: string): Promise<boolean> => convertFiles({ 'net.pt': bytes }, torch.optionsOf(seed));
  const scriptPart = (bytes: Uint8Array, seed: string): Promise<boolean> =>
    convertFiles({ 'net.pt': torch.rebuild(seed, bytes) }, torch.optionsOf(seed));
  const program = (bytes: Uint8Array, seed: string): Promise<boolean> =>
    convertFiles({ 'net.pt2': seed.endsWith('.json') ? torch.rebuild(seed, bytes) : bytes });
  const net = (bytes: Uint8Array, seed: string): Promise<boolean> => convertFiles({ 'net.param': bytes, 'net.bin': weightsOf(seed) });
  return [
    { name: 'prototxt', seeds: topologies, dictionary: caffeWords, form: 'text', read: caffeText },
    { name: 'caffemodel', seeds: caffemodels, dictionary: caffeWords, form: 'protobuf', read: caffeBinary },
    { name: 'symbol.json', seeds: symbols, dictionary: symbolWords, form: 'text', read: mxnetSymbol },
    { name: 'params', seeds: arrays, dictionary: symbolWords, read: mxnetArrays },
    { name: 'pt', seeds: torch.scripts, dictionary: codeWords, read: script },
    { name: 'pickle', seeds: torch.pickles, dictionary: pickleWords, read: scriptPart },
    { name: 'code', seeds: torch.codes, dictionary: codeWords, form: 'text', read: scriptPart },
    { name: 'pt2', seeds: new Map([...torch.programs, ...torch.documents]), dictionary: programWords, form: 'text', read: program },
    { name: 'net', seeds: nets, dictionary: paramWords, form: 'text', read: net },
    { name: 'hostile', seeds: hostile, dictionary: onnxWords, form: 'protobuf', read: (bytes) => convertFiles({ 'model.onnx': bytes }) },
    { name: 'onnx', seeds: onnx, dictionary: onnxWords, form: 'protobuf', read: readOnnx },
    { name: 'convert', seeds: onnx, dictionary: onnxWords, form: 'protobuf', read: (bytes) => convertFiles({ 'model.onnx': bytes }) },
    {
      name: 'param',
      seeds: params,
      dictionary: paramWords,
      form: 'text',
      read: (bytes) => accepted(readParamText(decode(bytes), { customLayers: ['Split2'] })),
    },
    { name: 'param.bin', seeds: binaries, dictionary: paramWords, read: (bytes) => accepted(readParamBin(bytes)) },
    { name: 'bin', seeds: weights, dictionary: paramWords, read: (bytes) => accepted(readWeights(layers, bytes)) },
    ...settingTargets(fixtures),
  ];
}

function accepted({ diagnostics }: { readonly diagnostics: readonly { readonly severity: string }[] }): boolean {
  return diagnostics.every(({ severity }) => severity !== 'error');
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function readOnnx(bytes: Uint8Array): boolean {
  return refusable(() => importOnnx(sourceInMemory(new Map([['model.onnx', bytes]]), 'model.onnx')));
}

function refusable(read: () => void): boolean {
  try {
    read();
    return true;
  } catch (error) {
    return refused(error);
  }
}

function files(folder: string, ending: string): Map<string, Uint8Array> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending));
  return new Map(names.sort().map((name) => [name, Uint8Array.from(readFileSync(path.join(folder, name)))]));
}
