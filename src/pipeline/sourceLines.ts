import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** The source line of a node, by its name. */
export type SourceOf = (node: string) => string | undefined;

/** The diagnostics of nodes with the source lines of the program that the nodes come from. */
export function withSourceLines(diagnostics: readonly Diagnostic[], sourceOf: SourceOf | undefined): readonly Diagnostic[] {
  if (sourceOf === undefined) return diagnostics;
  return diagnostics.map((entry) => {
    const { node, source } = entry.place;
    const found = node === undefined || source !== undefined ? undefined : sourceLineOf(node, sourceOf);
    return found === undefined ? entry : { ...entry, place: { ...entry.place, source: found } };
  });
}

/** Derived nodes are named after the original node, followed by a slash. */
function sourceLineOf(node: string, sourceOf: SourceOf): string | undefined {
  for (let length = node.length; length > 0; length = node.lastIndexOf('/', length - 1)) {
    const source = sourceOf(node.slice(0, length));
    if (source !== undefined) return source;
  }
  return undefined;
}
