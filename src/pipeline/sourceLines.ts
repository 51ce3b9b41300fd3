import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** The diagnostics of nodes with the source lines of the program that the nodes come from. */
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

/** Derived nodes are named after the original node, followed by a slash. */
function sourceLineOf(node: string, sources: ReadonlyMap<string, string>): string | undefined {
  for (let length = node.length; length > 0; length = node.lastIndexOf('/', length - 1)) {
    const source = sources.get(node.slice(0, length));
    if (source !== undefined) return source;
  }
  return undefined;
}
