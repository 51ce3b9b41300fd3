import MagicString, { type SourceMap } from 'magic-string';
import type { Asset, HookContext, PublishedFile } from './host.ts';

const placeholder = /__NCNN_FILE_([\w$]+?)__/g;

/**
 * Emits an asset that the code finds beside itself, wherever both end up, through an expression that the bundlers of a library's users also
 * recognize. {@link placeFiles} writes it when the paths of the chunk and the file are known.
 */
export function emitBeside(context: HookContext, { name, extension, bytes }: Asset): PublishedFile | undefined {
  const reference: unknown = context.emitFile({ type: 'asset', name: `${name}${extension}`, source: bytes });
  return typeof reference === 'string' ? { kind: 'url', expression: `__NCNN_FILE_${reference}__` } : undefined;
}

/** The code of a chunk with paths to its files; `undefined` if it has none. */
export function placeFiles(
  context: { readonly getFileName: (reference: string) => string },
  code: string,
  chunk: string,
): { readonly code: string; readonly map: SourceMap } | undefined {
  const changed = new MagicString(code);
  changed.replace(placeholder, (_, reference: string) => {
    const path = relativePath(chunk, context.getFileName(reference));
    return `new URL(${JSON.stringify(path)}, import.meta.url).href`;
  });
  return changed.hasChanged() ? { code: changed.toString(), map: changed.generateMap({ hires: 'boundary' }) } : undefined;
}

/** The path from one output file to another, as a relative URL. */
function relativePath(from: string, to: string): string {
  const [folders, target] = [from.split('/').slice(0, -1), to.split('/')];
  let shared = 0;
  while (shared < folders.length && folders[shared] === target[shared]) shared++;
  const up = folders.slice(shared).map(() => '..');
  return [...(up.length === 0 ? ['.'] : up), ...target.slice(shared)].join('/');
}
