/**
 * All errors, warnings and infos, as data.
 *
 * A part of the converter reports a {@link Diagnostic}; parts that can continue collect several and throw one {@link NcnnError} with all of
 * them. Only the CLI and the plugin print.
 */
import type { Advice, Remedy } from './advice.ts';
import { type CatalogueEntry, catalogue, type DiagnosticCode, type Severity } from './catalogue/index.ts';
import { visible } from './visible.ts';

/** The location of a diagnostic in the user's input. Only known fields are set. */
export interface Place {
  readonly file?: string;
  /** A side file that cannot be read, by its name in the model. */
  readonly side?: string;
  /** Name of the node or layer; its first output if it has no name. */
  readonly node?: string;
  readonly operator?: string;
  readonly opset?: number;
  /** Shapes of the inputs of the node, `?` for an unknown one. */
  readonly shapes?: readonly string[];
  /** The path to the node: an input, then node names; `…` stands for several. */
  readonly path?: readonly string[];
  /** The source line of the program that the node comes from: `model.py:12 in forward`. */
  readonly source?: string;
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
  /** One sentence: what to do. It names no option, which is the role of `advice`. */
  readonly hint: string;
  /** Options that help. */
  readonly advice: readonly Advice[];
  readonly place: Place;
  /** Where the exception behind an `internal-error` was thrown. */
  readonly stack?: string;
}

/** Creates a diagnostic with the severity of the catalogue. A remedy given as text names no option. */
export function diagnostic(code: DiagnosticCode, message: string, remedy: string | Remedy, place: Place = {}): Diagnostic {
  const { severity }: CatalogueEntry = catalogue[code];
  const { hint, advice } = typeof remedy === 'string' ? { hint: remedy, advice: [] } : remedy;
  return { code, severity, message, hint, advice, place };
}

/** Thrown once, with all diagnostics. */
export class NcnnError extends Error {
  override readonly name = 'NcnnError';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((entry) => visible(`${describePlace(entry.place)}${entry.message}`)).join('\n'));
    this.diagnostics = diagnostics;
  }
}

/** Shorthand for an {@link NcnnError} with a single diagnostic. */
export function ncnnError(code: DiagnosticCode, message: string, remedy: string | Remedy, place: Place = {}): NcnnError {
  return new NcnnError([diagnostic(code, message, remedy, place)]);
}

/** The diagnostics with the file as their place if they have none. */
export function inFile(file: string, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.map((entry) => (entry.place.file === undefined ? { ...entry, place: { ...entry.place, file } } : entry));
}

/** Throws the diagnostics if they contain an error. */
export function throwErrors(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new NcnnError(diagnostics);
}

/** The place as a prefix of a message, `model.onnx: Conv "conv1": `; empty if it is unknown. */
function describePlace(place: Place): string {
  const position = place.line === undefined ? '' : `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`;
  const file = place.file === undefined ? '' : `${place.file}${position}: `;
  const operator = place.operator ?? '';
  const node = place.node === undefined ? '' : `"${place.node}"`;
  const subject = [operator, node].filter(Boolean).join(' ');
  return subject ? `${file}${subject}: ` : file;
}
