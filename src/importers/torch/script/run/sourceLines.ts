import { Budget } from '../../../../budget/budget.ts';
import { NcnnError } from '../../../../diagnostics/diagnostic.ts';
import type { TorchArchive } from '../../archive/archive.ts';
import { readPickle } from '../../archive/pickle.ts';
import type { PickleValue } from '../../archive/pickleValue.ts';
import { emptyStorage } from '../../archive/storedTensor.ts';

/** A line of the Python code that was traced or scripted. */
export interface PythonLine {
  readonly file: string;
  readonly line: number;
  readonly functionName: string | undefined;
}

/** The lines from an offset of a file on. */
interface SourceRecord {
  readonly offset: number;
  readonly lines: readonly PythonLine[];
}

/** Maps serialized code to lines of Python, from the debug information next to each file. */
export class SourceLines {
  readonly #archive: TorchArchive;
  readonly #files = new Map<string, readonly SourceRecord[]>();

  constructor(archive: TorchArchive) {
    this.#archive = archive;
  }

  /** The line for an offset of `code/….py`, and for traced code the lines of its callers, innermost first. */
  at(entry: string, offset: number): readonly PythonLine[] {
    const records = this.#records(entry);
    return records.findLast((record) => record.offset <= offset)?.lines ?? [];
  }

  #records(entry: string): readonly SourceRecord[] {
    const known = this.#files.get(entry);
    if (known !== undefined) return known;
    const name = `${entry}.debug_pkl`;
    const records = this.#archive.has(name) ? this.#read(name) : [];
    this.#files.set(entry, records);
    return records;
  }

  /** If the debug information is damaged, only the lines are missing. */
  #read(name: string): readonly SourceRecord[] {
    try {
      const bytes = this.#archive.read(name);
      const root = readPickle(bytes, {
        file: `${this.#archive.file} (${name})`,
        // A separate budget, because a model must not be rejected due to data that is only used in error messages.
        budget: new Budget({}, bytes.length),
        storage: emptyStorage,
      });
      return recordsOf(root);
    } catch (error) {
      if (error instanceof NcnnError) return [];
      throw error;
    }
  }
}

/** Since torch 1.12, a table of strings comes first, and texts are lists of indices into it. */
function recordsOf(root: PickleValue): readonly SourceRecord[] {
  const [first, second, third] = elementsOf(root);
  const hasTable = first?.kind === 'string' && first.value === 'FORMAT_WITH_STRING_TABLE';
  const table = hasTable ? elementsOf(second).map(textOf) : [];
  const records = elementsOf(hasTable ? third : root).flatMap((record) => recordOf(record, table));
  return records.sort((left, right) => left.offset - right.offset);
}

function recordOf(record: PickleValue, table: readonly string[]): readonly SourceRecord[] {
  const [offset, range] = elementsOf(record);
  const [source, start] = elementsOf(range);
  const [textPart, filePart, linePart] = elementsOf(source);
  if (offset?.kind !== 'int') return [];
  const text =
    textPart?.kind === 'string'
      ? textPart.value
      : elementsOf(textPart)
          .map((index) => table[numberOf(index)] ?? '')
          .join('');
  const file = filePart?.kind === 'string' ? filePart.value : (table[numberOf(filePart)] ?? '');
  return [{ offset: Number(offset.value), lines: linesOf(text, file, numberOf(linePart), numberOf(start)) }];
}

const stackLine = /^(.+)\((\d+)\): (.*)$/gm;

/** The text of traced code is a list of calls; that of scripted code is the source of the function, which starts at a line of the file. */
function linesOf(text: string, file: string, firstLine: number, start: number): readonly PythonLine[] {
  const calls = [...text.matchAll(stackLine)].map(([, path = '', line = '', functionName = '']) => ({
    file: path,
    line: Number(line),
    functionName,
  }));
  if (calls.length > 0 && text.trimEnd().split('\n').length === calls.length) return calls;
  if (file === '') return [];
  const [, functionName] = /^\s*def\s+(\w+)/m.exec(text) ?? [];
  return [{ file, line: firstLine + text.slice(0, start).split('\n').length - 1, functionName }];
}

function elementsOf(value: PickleValue | undefined): readonly PickleValue[] {
  return value?.kind === 'tuple' || value?.kind === 'list' ? value.elements : [];
}

function textOf(value: PickleValue): string {
  return value.kind === 'string' ? value.value : '';
}

function numberOf(value: PickleValue | undefined): number {
  return value?.kind === 'int' ? Number(value.value) : 0;
}

/** The innermost line outside torch, otherwise the innermost line. */
export function userLine(lines: readonly PythonLine[]): PythonLine | undefined {
  return lines.find(({ file }) => !/(?:^|[\\/])(?:site-packages|dist-packages)[\\/]torch[\\/]/.test(file)) ?? lines[0];
}

/** `net.py:12 in forward`. */
export function describeLine({ file, line, functionName }: PythonLine): string {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return `${name}:${line}${functionName === undefined || functionName === '' ? '' : ` in ${functionName}`}`;
}
