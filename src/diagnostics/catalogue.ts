import type { Advice } from './advice.ts';

/** Whether the conversion fails (`error`), continues with a caution (`warning`), or only informs (`info`). */
export type Severity = 'error' | 'warning' | 'info';

/** The entry of a code in the catalogue. */
export interface CatalogueEntry {
  readonly severity: Severity;
  /** One sentence: what the code means. */
  readonly summary: string;
  /** One sentence: what helps in general. */
  readonly remedy: string;
  /** Options that help, with placeholders for names. */
  readonly advice?: readonly Advice[];
}

/**
 * All codes, with severity, meaning and remedy; `docs/diagnostics.md` is generated from them.
 * Codes are public: scripts match on them, so a code never changes its meaning.
 */
export const catalogue = {
  'file-missing': {
    severity: 'error',
    summary: 'A model file, or a file that belongs to it, does not exist.',
    remedy: 'Check the path. Put side files in the folder of the model, with the name in the message.',
  },
  'file-unreadable': {
    severity: 'error',
    summary: 'A file exists but cannot be read.',
    remedy: 'Pass the path of a file that you have permission to read, not of a folder.',
  },
  'file-foreign': {
    severity: 'error',
    summary: 'The contents of the file do not match its name.',
    remedy: 'Download the model itself. The message names what the file is, often a web page, a Git LFS pointer or an archive.',
  },
  'file-truncated': {
    severity: 'error',
    summary: 'The file is incomplete.',
    remedy: 'Download or copy the file again.',
  },
  'file-malformed': {
    severity: 'error',
    summary: 'The file is not valid in its format.',
    remedy: 'Download or export the model again. In a text file, correct the line in the message.',
  },
  'file-outside': {
    severity: 'error',
    summary: 'A side file is outside the folder of the model.',
    remedy: 'Move the side file into the folder of the model, or allow it if you trust the model.',
    advice: [{ option: 'allowOutside' }],
  },
  'file-denied': {
    severity: 'error',
    summary: 'A request to the development server asked for a model that no source imports and that is outside the served folders.',
    remedy: 'Import the model in a source of the project, or add its folder to `server.fs.allow`.',
  },
  'format-unknown': {
    severity: 'error',
    summary: 'Unsupported model format.',
    remedy: 'Use a model in one of the formats in the message.',
  },
  'format-unsupported': {
    severity: 'error',
    summary: 'The format is recognized but not supported.',
    remedy: 'Convert the model to ONNX with the tool in the message.',
  },
  'opset-unsupported': {
    severity: 'error',
    summary: 'The model uses an operator set that does not exist.',
    remedy: 'Check the model with `onnx.checker`, or export it again.',
  },
  'opset-newer': {
    severity: 'warning',
    summary: 'The operator set of the model is newer than those that are supported.',
    remedy: 'Compare the results with those of onnxruntime, or export the model for an older operator set.',
  },
  'type-unsupported': {
    severity: 'error',
    summary: 'ncnn does not support the element type of a tensor.',
    remedy: 'Export the model with float, integer or bool tensors.',
  },
  'operator-unknown': {
    severity: 'error',
    summary: 'Neither ONNX nor the model defines the operator.',
    remedy:
      'Export the model with standard operators, map the operator to a layer of your runtime (`customLayers`), or cut the graph before the node.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'operator-unsupported': {
    severity: 'error',
    summary: 'ncnn does not support the operator, or this use of it.',
    remedy: 'Cut the graph before the node and compute the rest in your code, or export the model without the operator.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'operator-invalid': {
    severity: 'error',
    summary: 'The node is not valid for its operator.',
    remedy: 'Check the model with `onnx.checker`, or export it again.',
  },
  'shape-unknown': {
    severity: 'error',
    summary: 'The converter needs a shape that is dynamic or unknown.',
    remedy: 'Set the shapes of the inputs, or replace an input that a shape depends on with a constant.',
    advice: [{ option: 'shape' }, { option: 'const' }],
  },
  'limit-exceeded': {
    severity: 'error',
    summary: 'The model needs more memory, time or output than the limit allows.',
    remedy: 'Check the sizes in the model and in your options. If you trust the model, raise the limit in the message.',
    advice: [{ option: 'maxEntries' }, { option: 'maxNodes' }, { option: 'maxElements' }, { option: 'maxSteps' }, { option: 'maxBytes' }],
  },
  'shape-mismatch': {
    severity: 'error',
    summary: 'A shape in the options contradicts the model.',
    remedy: 'Pass one size for each axis of the input.',
  },
  'partner-assumed': {
    severity: 'warning',
    summary: 'The other file of a model has a different name; the only candidate in the folder is used.',
    remedy: 'Join the two files with a plus, `net.prototxt+weights.caffemodel`, or give them the same name.',
  },
  'shape-replaced': {
    severity: 'warning',
    summary: 'A shape in the options replaces sizes that the model declares.',
    remedy: 'Compare the results with those of the model at this size, or export the model for it.',
  },
  'name-unknown': {
    severity: 'error',
    summary: 'An option names an input or output the model does not have.',
    remedy: 'Use a name that the message suggests; `unplugin-ncnn inspect MODEL` lists inputs and outputs.',
  },
  'id-unknown': {
    severity: 'warning',
    summary: 'The code reads the id of a layer or blob that does not exist. It is `undefined`, which ncnn treats as 0.',
    remedy: 'Correct the name. With `dts: true` a wrong name is a compile error.',
  },
  'import-suspicious': {
    severity: 'warning',
    summary: 'An import of a model has no `?ncnn`, or a misspelled one.',
    remedy: 'Append `?ncnn` to the path, or `?url` to get the URL of the file.',
  },
  'glob-unmatched': {
    severity: 'warning',
    summary: 'A glob in the option `models` matches no imported model.',
    remedy: 'Correct the glob. It counts from the root of the project, or from anywhere if it begins with `**`.',
  },
  'option-invalid': {
    severity: 'error',
    summary: 'An option or query parameter is not valid.',
    remedy: 'Use a value that the message lists.',
  },
  'output-conflict': {
    severity: 'error',
    summary: 'Two outputs, or an output and a source, have the same path.',
    remedy: 'Choose another folder with `-o`, or convert the models one by one.',
  },
  'output-unwritable': {
    severity: 'error',
    summary: 'An output file cannot be written.',
    remedy: 'Choose a folder with enough space and write permission with `-o`.',
  },
  'cache-damaged': {
    severity: 'warning',
    summary: 'An entry of the cache is damaged; the model is converted again.',
    remedy: 'If this happens again, check the disk, or set `cache` to another folder.',
  },
  'graph-empty': {
    severity: 'error',
    summary: 'The graph has no operators: every output is a constant or an input.',
    remedy: 'Choose other outputs, or replace fewer inputs with constants.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'count-differs': {
    severity: 'warning',
    summary: 'A count in the file does not match its contents; the contents are used.',
    remedy: 'Write the number in the message into the file.',
  },
  'release-too-old': {
    severity: 'error',
    summary: 'The requested release of ncnn does not support a layer, or computes it differently.',
    remedy: 'Use the release in the message, or cut the net before the layer.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'layer-upgraded': {
    severity: 'warning',
    summary: 'A layer of a net for an older ncnn was rewritten for the current one.',
    remedy: 'Compare the results with those of the old release, or convert the original model again.',
  },
  'layer-outdated': {
    severity: 'error',
    summary: 'The current ncnn refuses or ignores a layer of a net for an older one, and its meaning is ambiguous.',
    remedy: 'Convert the original model again.',
    advice: [{ option: 'shape' }],
  },
  'number-ambiguous': {
    severity: 'warning',
    summary: 'Releases of ncnn read a parameter of the net as different numbers.',
    remedy: 'Write floats with a decimal point or an exponent.',
  },
  'net-invalid': {
    severity: 'error',
    summary: 'ncnn would not load the net.',
    remedy: 'If you wrote the net, correct the layer in the message. Otherwise this is a bug: please report it with the model.',
  },
  'layer-not-run': {
    severity: 'error',
    summary: 'The net cannot be run for a comparison: ncnn would refuse a layer, or there is no reference for it.',
    remedy: 'Check the result in ncnn, or cut the net before the layer.',
  },
  'package-missing': {
    severity: 'error',
    summary: 'An optional package is not installed, or cannot be loaded.',
    remedy: 'Install the package in the message, or remove the option that needs it.',
  },
  'result-differs': {
    severity: 'error',
    summary: 'The outputs of the net differ from those of the model.',
    remedy: 'Convert without the optimizer to see whether a pass causes it, and please report it with the model.',
    advice: [{ option: 'optimize', value: false }],
  },
  'internal-error': {
    severity: 'error',
    summary: 'The converter failed because of a bug.',
    remedy: 'Please report it with the model.',
  },
  'batch-per-sample': {
    severity: 'info',
    summary: 'The net computes one sample of a batch at a time.',
    remedy: 'Run the net once for each sample, or export the model with a batch of 1.',
  },
  'batch-assumed-one': {
    severity: 'warning',
    summary: 'A dynamic batch axis was set to 1.',
    remedy: 'Set the shape if you need another batch.',
    advice: [{ option: 'shape' }],
  },
  'arithmetic-differs': {
    severity: 'warning',
    summary: 'ncnn computes a layer slightly differently from the source.',
    remedy: 'Compare the results with those of the source. If the difference matters, cut the net before the layer.',
  },
  'layers-left-out': {
    severity: 'info',
    summary: 'Layers for training or evaluation are removed.',
    remedy: 'No action is needed unless you need one of their outputs.',
  },
  'preparation-left-out': {
    severity: 'warning',
    summary: 'A data layer subtracts a mean from images or scales them; the net does not.',
    remedy:
      'Subtract and multiply in the same way before feeding the net: `substract_mean_normalize` of ncnn, or `fromImage` of the runtime.',
  },
  'reference-imported': {
    severity: 'info',
    summary: 'The net was compared with itself before optimization; the import was not verified.',
    remedy: 'Compare the outputs with those of the original framework.',
  },
  'field-unknown': {
    severity: 'warning',
    summary: 'A field of a text file is unknown and was ignored.',
    remedy: 'Check the spelling. No action is needed for fields that only affect training.',
  },
  'layer-unknown': {
    severity: 'error',
    summary: 'The layer type is unknown in ncnn (`.param`), or in Caffe and its forks (`.prototxt`).',
    remedy: 'In a `.param`, name the layers that your runtime registers. Otherwise cut the net before the layer.',
    advice: [
      { option: 'customLayers', types: ['TYPE'] },
      { option: 'outputs', names: [] },
    ],
  },
  'weights-mismatch': {
    severity: 'error',
    summary: 'The weights in the file do not match the layers.',
    remedy: 'Use the weights file that belongs to this model.',
  },
  'weights-surplus': {
    severity: 'warning',
    summary: 'The file has weights that no layer of the net uses.',
    remedy: 'Check that the weights belong to this model. If they do, no action is needed.',
  },
  'name-changed': {
    severity: 'warning',
    summary: 'A name is not valid in ncnn, so the net uses another one.',
    remedy: 'Use the new name to feed, extract or address it.',
  },
  'fp16-overflow': {
    severity: 'warning',
    summary: 'A layer overflows or loses too much in fp16, which phones compute in; it is kept out of it.',
    remedy: 'Nothing is to be done: the layer has a feature mask. Give more inputs to calibrate with, to see others.',
  },
  'precision-loss': {
    severity: 'warning',
    summary: 'Weights lose precision when stored as fp16.',
    remedy: 'Keep the layers in the message in fp32, or store all weights as fp32.',
    advice: [{ option: 'fp32Layers', layers: ['NAME'] }],
  },
} as const;

export type DiagnosticCode = keyof typeof catalogue;
