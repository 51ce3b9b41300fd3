/**
 * Everything that can go wrong, as data.
 *
 * A part of the converter reports a {@link Diagnostic}; parts that can go on collect several and throw one
 * {@link NcnnError} with all of them. Only the CLI and the plugin print.
 */

/** Whether the conversion fails (`error`), goes on with a caution (`warning`) or merely tells (`info`). */
export type Severity = 'error' | 'warning' | 'info';

/**
 * The catalogue of codes, each with its severity and what it stands for in general. A code is part of the public contract: scripts match on it, so it is never reused
 * with another meaning.
 */
export const catalogue = {
  'file-missing': { severity: 'error', summary: 'A model file or its partner cannot be found.' },
  'file-unreadable': { severity: 'error', summary: 'A file exists but cannot be read.' },
  'file-foreign': { severity: 'error', summary: 'The file is something else than its name promises.' },
  'file-truncated': { severity: 'error', summary: 'The file ends before its contents do.' },
  'file-malformed': { severity: 'error', summary: 'The file breaks the rules of its format.' },
  'file-outside': { severity: 'error', summary: 'A side file lies outside the folder of the model.' },
  'format-unknown': { severity: 'error', summary: 'No importer knows this kind of file.' },
  'format-unsupported': { severity: 'error', summary: 'The format is known, its importer is not there yet.' },
  'opset-unsupported': { severity: 'error', summary: 'The operator set of the model is too old.' },
  'opset-newer': { severity: 'warning', summary: 'The operator set of the model is newer than the converter knows.' },
  'type-unsupported': { severity: 'error', summary: 'A value has a type that no net of ncnn can hold.' },
  'operator-unknown': { severity: 'error', summary: 'The operator is not defined by ONNX or by the model.' },
  'operator-unsupported': { severity: 'error', summary: 'The operator, or this use of it, has no ncnn form.' },
  'operator-invalid': { severity: 'error', summary: 'The node breaks the rules of its operator.' },
  'shape-unknown': { severity: 'error', summary: 'A shape must be known to convert the node.' },
  'limit-exceeded': { severity: 'error', summary: 'The model asks for more than ncnn can count or a build should hold.' },
  'shape-mismatch': { severity: 'error', summary: 'A given shape contradicts the model.' },
  'name-unknown': { severity: 'error', summary: 'An option names an input or output the model does not have.' },
  'option-invalid': { severity: 'error', summary: 'An option or query parameter has a value it cannot have.' },
  'output-conflict': { severity: 'error', summary: 'Two results, or a result and a source, are the same file.' },
  'output-unwritable': { severity: 'error', summary: 'A result cannot be written.' },
  'graph-empty': { severity: 'error', summary: 'Nothing is left to run: every output is a constant or an input.' },
  'count-differs': { severity: 'warning', summary: 'A count in the file is not what is there; the net is read all the same.' },
  'net-invalid': { severity: 'error', summary: 'The net breaks a rule of ncnn and would not load.' },
  'internal-error': { severity: 'error', summary: 'The converter itself failed; the fault is ours.' },
  'batch-per-sample': { severity: 'info', summary: 'The net computes one sample; call it once for each sample.' },
  'batch-assumed-one': { severity: 'warning', summary: 'A free batch axis was set to 1.' },
  'field-unknown': { severity: 'warning', summary: 'A field of a text file is not known and left aside.' },
  'layer-unknown': { severity: 'error', summary: 'The layer type is none that Caffe or its forks are known for.' },
  'weights-mismatch': { severity: 'error', summary: 'The weights in the file are not those that the layers need.' },
  'weights-surplus': { severity: 'warning', summary: 'The file has weights that no layer of the net uses.' },
  'name-changed': { severity: 'warning', summary: 'ncnn cannot hold a name; the net uses another one.' },
  'precision-loss': { severity: 'warning', summary: 'Values are stored with less precision than the model has.' },
} as const;

export type DiagnosticCode = keyof typeof catalogue;

/** Where in the user's input something was found. Only what is known is set. */
export interface Place {
  readonly file?: string;
  /** Name of the node or layer; its first output where it has no name. */
  readonly node?: string;
  readonly operator?: string;
  readonly opset?: number;
  /** Shapes of the inputs of the node, `?` for an unknown one. */
  readonly shapes?: readonly string[];
  /** 1-based line and column in a text format. */
  readonly line?: number;
  readonly column?: number;
  /** Byte offset in a binary format. */
  readonly offset?: number;
}

export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly hint: string;
  readonly place: Place;
}

/** Makes a diagnostic; its severity is that of the catalogue. */
export function diagnostic(code: DiagnosticCode, message: string, hint: string, place: Place = {}): Diagnostic {
  return { code, severity: catalogue[code].severity, message, hint, place };
}

/** Thrown once, with everything that was found. */
export class NcnnError extends Error {
  override readonly name = 'NcnnError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((entry) => `${describePlace(entry.place)}${entry.message}`).join('\n'));
    this.diagnostics = diagnostics;
  }
}

/** Shorthand for an {@link NcnnError} of a single diagnostic. */
export function ncnnError(code: DiagnosticCode, message: string, hint: string, place: Place = {}): NcnnError {
  return new NcnnError([diagnostic(code, message, hint, place)]);
}

/** The place as a prefix of a message, `model.onnx: Conv "conv1": `; empty where nothing is known. */
export function describePlace(place: Place): string {
  const position = place.line === undefined ? '' : `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`;
  const file = place.file === undefined ? '' : `${place.file}${position}: `;
  const operator = place.operator ?? '';
  const node = place.node === undefined ? '' : `"${place.node}"`;
  const subject = [operator, node].filter(Boolean).join(' ');
  return subject ? `${file}${subject}: ` : file;
}
