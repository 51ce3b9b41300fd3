import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** The diagnostics of nodes with the lines of the program that these come from. */
export function withSourceLines(
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string> = new Map(),
): readonly Diagnostic[] {
  if (sources.size === 0) return diagnostics;
  return diagnostics.map((entry) => {
    const { node, source } = entry.place;
    const found = node === undefined || source !== undefined ? undefined : sourceLineOf(node, sources);
    return found === undefined ? entry : { ...entry, place: { ...entry.place, source: found } };
  });
}

/** Nodes made of another one are named after it, with a slash between. */
function sourceLineOf(node: string, sources: ReadonlyMap<string, string>): string | undefined {
  for (let length = node.length; length > 0; length = node.lastIndexOf('/', length - 1)) {
    const source = sources.get(node.slice(0, length));
    if (source !== undefined) return source;
  }
  return undefined;
}
