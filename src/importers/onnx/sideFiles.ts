import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import type { ModelSource } from '../source.ts';
import type { TensorProto } from './schema.ts';

/** Access to external data that goes on when a file is missing, to name all that is missing at once. */
export interface SideFiles {
  /** The bytes of a tensor that lie in a side file, a view; `undefined` where they cannot be had. */
  readonly bytesOf: (tensor: TensorProto) => Uint8Array | undefined;
  /** What was wrong so far: one entry for each side file that cannot be read, and one for each tensor beyond the end of one. */
  readonly diagnostics: () => readonly Diagnostic[];
}

/** How many tensors of a missing file a message names before it only counts them. */
const namesShown = 8;

export function openSideFiles(source: ModelSource): SideFiles {
  const problems: Diagnostic[] = [];
  const unreadable = new Map<string, { readonly cause: Diagnostic; readonly tensors: string[] }>();

  const open = (location: string, tensor: string): Uint8Array | undefined => {
    const known = unreadable.get(location);
    if (known !== undefined) {
      known.tensors.push(tensor);
      return undefined;
    }
    try {
      return source.side(location);
    } catch (error) {
      const cause = error instanceof NcnnError ? error.diagnostics[0] : undefined;
      if (cause === undefined) throw error;
      unreadable.set(location, { cause, tensors: [tensor] });
      return undefined;
    }
  };

  const bytesOf = (tensor: TensorProto): Uint8Array | undefined => {
    const name = tensor.name ?? '';
    const entries = new Map(tensor.externalData.map((entry) => [entry.key ?? '', entry.value ?? '']));
    const location = entries.get('location');
    if (!location) {
      problems.push(
        diagnostic(
          'file-malformed',
          `the tensor "${name}" lies in a side file, but the model does not say in which`,
          'Save the model again, with its weights inside or in one file beside it.',
          { file: source.file },
        ),
      );
      return undefined;
    }
    const bytes = open(location, name);
    if (bytes === undefined) return undefined;
    const offset = Number(entries.get('offset') ?? 0);
    const length = entries.has('length') ? Number(entries.get('length')) : bytes.length - offset;
    const inside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
    if (!inside || offset + length > bytes.length) {
      problems.push(
        diagnostic(
          'file-truncated',
          `the tensor "${name}" should be ${length} bytes at offset ${offset} of "${location}", but the file has ${bytes.length} bytes`,
          'Fetch the side file again; it must belong to this very model.',
          { file: source.file },
        ),
      );
      return undefined;
    }
    return bytes.subarray(offset, offset + length);
  };

  const diagnostics = (): readonly Diagnostic[] => [
    ...[...unreadable].map(([location, { cause, tensors }]) => ({
      ...cause,
      message: `"${location}" beside the model holds ${describeTensors(tensors)}, but ${cause.message}`,
      place: { file: source.file },
    })),
    ...problems,
  ];
  return { bytesOf, diagnostics };
}

function describeTensors(names: readonly string[]): string {
  const shown = names.slice(0, namesShown).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  return `the ${names.length === 1 ? 'tensor' : 'tensors'} ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
