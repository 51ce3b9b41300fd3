import type { ByteSource } from '../../bytes/byteSource.ts';
import type { FilePlace } from '../../bytes/protobuf/fields.ts';
import type { StoredBytes } from '../../bytes/storedBytes.ts';
import type { DiagnosticCode } from '../../diagnostics/catalogue/index.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import type { ModelSource } from '../source.ts';
import type { TensorProto } from './schema.ts';

/** Maximum number of tensors of a missing file that a message names before it only counts them. */
const namesShown = 8;

/** Access to external data. It continues after a missing file, to report all missing files at once. */
export class SideFiles {
  readonly #source: ModelSource;
  readonly #problems: Diagnostic[] = [];
  readonly #unreadable = new Map<string, { readonly cause: Diagnostic; readonly tensors: string[] }>();

  constructor(source: ModelSource) {
    this.#source = source;
  }

  /** A view of the bytes of a tensor in a side file; `undefined` if they cannot be read. */
  bytesOf(tensor: TensorProto): Uint8Array | StoredBytes | undefined {
    const name = tensor.name ?? '';
    const entries = new Map(tensor.externalData.map((entry) => [entry.key ?? '', entry.value ?? '']));
    const location = entries.get('location');
    if (!location) {
      const message = `the tensor "${name}" is in a side file, but the model does not name the file`;
      this.#report('file-malformed', message, 'Save the model again, with its weights inside or in one side file.');
      return undefined;
    }
    const file = this.#attempt(location, name, () => this.#source.sideFile(location));
    if (file === undefined) return undefined;
    const offset = Number(entries.get('offset') ?? 0);
    const length = entries.has('length') ? Number(entries.get('length')) : file.size - offset;
    const inside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
    if (inside && offset + length <= file.size) return this.#attempt(location, name, () => file.stored(offset, length));
    const range = `${length} bytes at offset ${offset} of "${location}"`;
    const message = `the tensor "${name}" refers to ${range}, but the file has ${file.size} bytes`;
    this.#report('file-truncated', message, 'Fetch the side file again; it must belong to this model.');
    return undefined;
  }

  /** Bytes at a position in the model file: a view, or stored bytes that are read on use if the file is large. */
  inModel({ offset, length }: FilePlace): Uint8Array | StoredBytes {
    const { large } = this.#source;
    return large === undefined ? this.#source.bytes.subarray(offset, offset + length) : large.stored(offset, length);
  }

  /** The errors so far: one per side file that cannot be read, and one per tensor that extends beyond the end of its file. */
  diagnostics(): readonly Diagnostic[] {
    const { file } = this.#source;
    const unreadable = [...this.#unreadable].map(([location, { cause, tensors }]) => ({
      ...cause,
      message: `the side file "${location}" contains ${describeTensors(tensors)}, but ${cause.message}`,
      place: { file, side: location },
    }));
    return [...unreadable, ...this.#problems];
  }

  /** The result of an action that reads a side file; `undefined` if it fails, or if the file could not be read before. */
  #attempt<T extends ByteSource | Uint8Array | StoredBytes>(location: string, tensor: string, read: () => T): T | undefined {
    const known = this.#unreadable.get(location);
    if (known !== undefined) {
      known.tensors.push(tensor);
      return undefined;
    }
    try {
      return read();
    } catch (error) {
      const cause = error instanceof NcnnError ? error.diagnostics[0] : undefined;
      if (cause === undefined) throw error;
      this.#unreadable.set(location, { cause, tensors: [tensor] });
      return undefined;
    }
  }

  #report(code: DiagnosticCode, message: string, hint: string): void {
    this.#problems.push(diagnostic(code, message, hint, { file: this.#source.file }));
  }
}

function describeTensors(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).map((name) => `"${name}"`);
  const hiddenCount = names.length - shown.length;
  return `the ${names.length === 1 ? 'tensor' : 'tensors'} ${shown.join(', ')}${hiddenCount > 0 ? ` and ${hiddenCount} more` : ''}`;
}
