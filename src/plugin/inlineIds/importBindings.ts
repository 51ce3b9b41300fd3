import { modelImport } from '../../project/imports/query.ts';
import { isSyntaxNode, nodesOf, type SyntaxNode } from './syntaxTree.ts';

/** What an import binds to a local name: the module, and the path to the value in its exports. */
export interface ImportBinding {
  readonly source: string;
  readonly path: readonly string[];
}

/** The names that a program imports from models. */
export function importBindings(program: SyntaxNode): ReadonlyMap<string, ImportBinding> {
  const bindings = new Map<string, ImportBinding>();
  for (const statement of nodesOf(program.body)) {
    const source = isSyntaxNode(statement.source) ? statement.source.value : undefined;
    if (statement.type !== 'ImportDeclaration' || typeof source !== 'string' || !modelImport.test(source)) continue;
    for (const specifier of nodesOf(statement.specifiers)) {
      if (!isSyntaxNode(specifier.local)) continue;
      bindings.set(String(specifier.local.name), { source, path: importedPath(specifier) });
    }
  }
  return bindings;
}

function importedPath({ type, imported }: SyntaxNode): readonly string[] {
  if (type === 'ImportNamespaceSpecifier') return [];
  // `import { "a-b" as c }` has a literal.
  return type === 'ImportSpecifier' && isSyntaxNode(imported) ? [String(imported.name ?? imported.value)] : ['default'];
}
