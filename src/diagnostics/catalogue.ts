import type { Advice } from './advice.ts';

/** Whether the conversion fails (`error`), goes on with a caution (`warning`) or merely tells (`info`). */
export type Severity = 'error' | 'warning' | 'info';

/** What the catalogue says of a code. */
export interface CatalogueEntry {
  readonly severity: Severity;
  /** One sentence: what it stands for. */
  readonly summary: string;
  /** One sentence: what helps in general. */
  readonly remedy: string;
  /** Options that help, with placeholders for names. */
  readonly advice?: readonly Advice[];
}

/**
 * The catalogue of codes, each with its severity, what it stands for and what helps in general; `docs/diagnostics.md` is made of it.
 * A code is part of the public contract: scripts match on it, so it is never reused with another meaning.
 */
export const catalogue = {
  'file-missing': {
    severity: 'error',
    summary: 'A model file or its partner cannot be found.',
    remedy: 'Check the path; a partner or side file must lie beside the model, under the name that the message gives.',
  },
  'file-unreadable': {
    severity: 'error',
    summary: 'A file exists but cannot be read.',
    remedy: 'Give the path of a file, not of a folder, that you may read.',
  },
  'file-foreign': {
    severity: 'error',
    summary: 'The file is something else than its name promises.',
    remedy: 'Give the model itself: the message says what the file is instead, often a web page, a Git LFS pointer or an archive.',
  },
  'file-truncated': {
    severity: 'error',
    summary: 'The file ends before its contents do.',
    remedy: 'Fetch the file again; a download or copy that stopped early leaves such a file.',
  },
  'file-malformed': {
    severity: 'error',
    summary: 'The file breaks the rules of its format.',
    remedy: 'Fetch or export the model again; of a text file, correct the line that is named.',
  },
  'file-outside': {
    severity: 'error',
    summary: 'A side file lies outside the folder of the model.',
    remedy: 'Move the side file beside the model, or allow it if you trust the model.',
    advice: [{ option: 'allowOutside' }],
  },
  'file-denied': {
    severity: 'error',
    summary: 'A development server was asked for a model that no source imports, in a folder that is not served.',
    remedy: 'Import the model in a source of the project, or add its folder to `server.fs.allow`.',
  },
  'format-unknown': {
    severity: 'error',
    summary: 'No importer knows this kind of file.',
    remedy: 'Give a model with one of the endings that the message lists.',
  },
  'format-unsupported': {
    severity: 'error',
    summary: 'The format is known, its importer is not there yet.',
    remedy: 'Convert the model to ONNX first, with the tool that the message names.',
  },
  'opset-unsupported': {
    severity: 'error',
    summary: 'The model names an operator set that there never was.',
    remedy: 'Check the model with `onnx.checker`, or export it again.',
  },
  'opset-newer': {
    severity: 'warning',
    summary: 'The operator set of the model is newer than the converter knows.',
    remedy: 'Compare the results with those of onnxruntime, or export the model for an older operator set.',
  },
  'type-unsupported': {
    severity: 'error',
    summary: 'A value has a type that no net of ncnn can hold.',
    remedy: 'Export the model with tensors of floats, integers or bools.',
  },
  'operator-unknown': {
    severity: 'error',
    summary: 'The operator is not defined by ONNX or by the model.',
    remedy:
      'Export the model with standard operators or with its functions inside, map the operator to a layer of your own runtime (`customLayers`), or cut the graph before the node.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'operator-unsupported': {
    severity: 'error',
    summary: 'The operator, or this use of it, has no ncnn form.',
    remedy: 'Cut the graph before the node and do the rest in your own code, or export the model without it.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'operator-invalid': {
    severity: 'error',
    summary: 'The node breaks the rules of its operator.',
    remedy: 'Check the model with `onnx.checker`, or export it again.',
  },
  'shape-unknown': {
    severity: 'error',
    summary: 'A shape must be known to convert the node.',
    remedy: 'Fix the shapes of the inputs, or pin an input that a shape depends on.',
    advice: [{ option: 'shape' }, { option: 'const' }],
  },
  'limit-exceeded': {
    severity: 'error',
    summary: 'The model asks for more than ncnn can count or a build should hold.',
    remedy:
      'Check the sizes in the model and those given for its inputs; a model from a stranger may ask for them on purpose. Where the message names an option, raise the limit if you trust the model.',
    advice: [{ option: 'maxEntries' }, { option: 'maxNodes' }, { option: 'maxElements' }, { option: 'maxSteps' }, { option: 'maxBytes' }],
  },
  'shape-mismatch': {
    severity: 'error',
    summary: 'A given shape contradicts the model.',
    remedy: 'Give one size for each axis of the input.',
  },
  'partner-assumed': {
    severity: 'warning',
    summary: 'The other file of a model has another name; the only one of its kind in the folder was taken.',
    remedy: 'Join the two files with a plus, `net.prototxt+weights.caffemodel`, or give them the same name.',
  },
  'shape-replaced': {
    severity: 'warning',
    summary: 'A given shape replaces sizes that the model declares.',
    remedy: 'Compare the results with those of the model at this size; where it was made for one size only, export it again.',
  },
  'name-unknown': {
    severity: 'error',
    summary: 'An option names an input or output the model does not have.',
    remedy: 'Take a name that the message suggests; `unplugin-ncnn inspect MODEL` lists inputs and outputs.',
  },
  'id-unknown': {
    severity: 'warning',
    summary: 'Code reads the id of a layer or blob that the model does not have; it is `undefined`, which ncnn takes for 0.',
    remedy: 'Correct the name; the declarations that `dts: true` writes make it a compile error.',
  },
  'import-suspicious': {
    severity: 'warning',
    summary: 'A model is imported without `?ncnn`, or with a query that is nearly that.',
    remedy: 'Write `?ncnn` behind the path, or `?url` for the address of the file as it is.',
  },
  'option-invalid': {
    severity: 'error',
    summary: 'An option or query parameter has a value it cannot have.',
    remedy: 'Write the value as the message shows it.',
  },
  'output-conflict': {
    severity: 'error',
    summary: 'Two results, or a result and a source, are the same file.',
    remedy: 'Give another folder with `-o`, or convert the models in calls of their own.',
  },
  'output-unwritable': {
    severity: 'error',
    summary: 'A result cannot be written.',
    remedy: 'Give a folder with room in it, that you may write to, with `-o`.',
  },
  'cache-damaged': {
    severity: 'warning',
    summary: 'A result in the cache is not what was put there; it was made anew.',
    remedy: 'Where this comes back, check the disk, or set `cache` to another folder.',
  },
  'graph-empty': {
    severity: 'error',
    summary: 'Nothing is left to run: every output is a constant or an input.',
    remedy: 'Choose other outputs, or pin fewer inputs.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'count-differs': {
    severity: 'warning',
    summary: 'A count in the file is not what is there; the net is read all the same.',
    remedy: 'Write the number that the message gives, to silence it.',
  },
  'release-too-old': {
    severity: 'error',
    summary: 'The release of ncnn that was asked for cannot run a layer, or computes something else.',
    remedy: 'Use the release that the message names, or cut the net before the layer.',
    advice: [{ option: 'outputs', names: [] }],
  },
  'layer-upgraded': {
    severity: 'warning',
    summary: 'A layer of a net for an older ncnn was rewritten to what it means today.',
    remedy: 'Compare the results with those of the old net on the old release, or convert the original model again.',
  },
  'layer-outdated': {
    severity: 'error',
    summary: 'A layer of a net for an older ncnn is refused or ignored by the present one, and what it meant is not certain.',
    remedy: 'Convert the original model again.',
    advice: [{ option: 'shape' }],
  },
  'number-ambiguous': {
    severity: 'warning',
    summary: 'A parameter of a net is spelled so that releases of ncnn read different numbers.',
    remedy: 'Write floats with a point or an exponent.',
  },
  'net-invalid': {
    severity: 'error',
    summary: 'The net breaks a rule of ncnn and would not load.',
    remedy: 'Where the net is your own, correct the layer that is named; otherwise the fault is ours: please report it with the model.',
  },
  'layer-not-run': {
    severity: 'error',
    summary: 'A check by running the net is not possible: ncnn would refuse a layer, or there is no reference for it.',
    remedy: 'Check the result with ncnn itself, or cut the net before the layer.',
  },
  'package-missing': {
    severity: 'error',
    summary: 'An optional package that was asked for is not installed, or cannot be loaded.',
    remedy: 'Install the package that the message names, or leave out the option that needs it.',
  },
  'result-differs': {
    severity: 'error',
    summary: 'The net computes something else than the model.',
    remedy: 'Convert without the optimizer to see whether a pass is at fault, and please report it with the model.',
    advice: [{ option: 'optimize', value: false }],
  },
  'internal-error': {
    severity: 'error',
    summary: 'The converter itself failed; the fault is ours.',
    remedy: 'Please report it with the model.',
  },
  'batch-per-sample': {
    severity: 'info',
    summary: 'The net computes one sample; call it once for each sample.',
    remedy: 'Call the net once for each sample, or export the model with a batch of 1.',
  },
  'batch-assumed-one': {
    severity: 'warning',
    summary: 'A free batch axis was set to 1.',
    remedy: 'Fix the batch if you need another.',
    advice: [{ option: 'shape' }],
  },
  'arithmetic-differs': {
    severity: 'warning',
    summary: 'ncnn computes a layer a little differently than the source does.',
    remedy: 'Compare the results with those of the source; where the difference matters, cut the net before the layer.',
  },
  'layers-left-out': {
    severity: 'info',
    summary: 'Layers that only train or judge a net are left out.',
    remedy: 'Nothing, unless one of their results is wanted.',
  },
  'preparation-left-out': {
    severity: 'warning',
    summary: 'A data layer subtracts means or scales its images, which the net of ncnn does not do.',
    remedy:
      'Subtract and multiply in the same way before feeding the net: `substract_mean_normalize` of ncnn, or `fromImage` of the runtime.',
  },
  'reference-imported': {
    severity: 'info',
    summary: 'A net was compared with itself as it was imported: what the importer does is not verified.',
    remedy: 'Compare with results of the original framework, given as inputs and outputs.',
  },
  'field-unknown': {
    severity: 'warning',
    summary: 'A field of a text file is not known and left aside.',
    remedy: 'Nothing, if the field only matters for training; otherwise check its spelling.',
  },
  'layer-unknown': {
    severity: 'error',
    summary: 'The layer type is none of ncnn (`.param`), or none that Caffe or its forks are known for (`.prototxt`).',
    remedy: 'In a `.param`, name a layer that your own runtime registers. Otherwise cut the net before it.',
    advice: [
      { option: 'customLayers', types: ['TYPE'] },
      { option: 'outputs', names: [] },
    ],
  },
  'weights-mismatch': {
    severity: 'error',
    summary: 'The weights in the file are not those that the layers need.',
    remedy: 'Give the file of weights that belongs to this very model.',
  },
  'weights-surplus': {
    severity: 'warning',
    summary: 'The file has weights that no layer of the net uses.',
    remedy: 'Check that the weights belong to this very model; if they do, nothing needs to be done.',
  },
  'name-changed': {
    severity: 'warning',
    summary: 'ncnn cannot hold a name; the net uses another one.',
    remedy: 'Use the new name where you feed, extract or address what had the old one.',
  },
  'precision-loss': {
    severity: 'warning',
    summary: 'Values are stored with less precision than the model has.',
    remedy: 'Keep the layers that are named in float32, or store all weights in float32.',
    advice: [{ option: 'fp32Layers', layers: ['NAME'] }],
  },
} as const;

export type DiagnosticCode = keyof typeof catalogue;
