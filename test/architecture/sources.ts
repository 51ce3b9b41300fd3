/** The sources of the package as syntax trees, for tests of their structure. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const root: string = path.resolve(import.meta.dirname, '../..');

export interface SourceFile {
  /** Path relative to the folder that was read, such as `graph/ir/graph.ts`. */
  readonly name: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly SourceImport[];
}

export interface SourceImport {
  /** A file as a path relative to the folder that was read, or the name of a package or Node module. */
  readonly target: string;
  readonly isFile: boolean;
  /** Whether it is removed at compile time. */
  readonly isType: boolean;
  /** Whether it is an `import()`. */
  readonly isDynamic: boolean;
  /** The imported names; absent for a namespace or an `import()`. */
  readonly names?: readonly string[];
}

/** Reads all TypeScript files below a folder of the repository. */
export function readSources(folder: string, isIncluded: (name: string) => boolean): readonly SourceFile[] {
  const base = path.join(root, folder);
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.tsx?$/.test(name) && !/node_modules|fixtures/.test(name) && isIncluded(name))
    .sort()
    .map((name) => {
      const text = readFileSync(path.join(base, name), 'utf8');
      const tree = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
      return { name, text, tree, imports: importsOf(tree) };
    });
}

/** The sources that are part of the package. */
export function packageSources(): readonly SourceFile[] {
  return readSources('src', isPackaged);
}

/** Whether a file of `src` is part of the package: tests and their helpers are not. */
export function isPackaged(name: string): boolean {
  return !/(?:\.test|\/testing)\.ts$/.test(name);
}

function importsOf(tree: ts.SourceFile): readonly SourceImport[] {
  const imports: SourceImport[] = [];
  const add = (specifier: ts.Node | undefined, kind: Omit<SourceImport, 'target' | 'isFile'>): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return;
    const isFile = specifier.text.startsWith('.');
    const target = isFile ? path.posix.join(path.posix.dirname(tree.fileName), specifier.text) : specifier.text;
    imports.push({ target, isFile, ...kind });
  };
  walk(tree, (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, declaredImport(node.importClause));
    if (ts.isExportDeclaration(node)) {
      const names =
        node.exportClause !== undefined && ts.isNamedExports(node.exportClause) ? namesIn(node.exportClause.elements) : undefined;
      add(node.moduleSpecifier, { isType: node.isTypeOnly, isDynamic: false, ...(names === undefined ? {} : { names }) });
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], { isType: false, isDynamic: true });
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, { isType: true, isDynamic: false });
  });
  return imports;
}

function declaredImport(clause: ts.ImportClause | undefined): Omit<SourceImport, 'target' | 'isFile'> {
  const { namedBindings, isTypeOnly = false, name } = clause ?? {};
  if (namedBindings !== undefined && !ts.isNamedImports(namedBindings)) return { isType: isTypeOnly, isDynamic: false };
  const elements = namedBindings?.elements ?? ts.factory.createNodeArray<ts.ImportSpecifier>();
  const isType = isTypeOnly || (name === undefined && elements.length > 0 && elements.every((element) => element.isTypeOnly));
  return { isType, isDynamic: false, names: [...(name === undefined ? [] : ['default']), ...namesIn(elements)] };
}

function namesIn(elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[]): readonly string[] {
  return elements.map(({ propertyName, name }) => (propertyName ?? name).text);
}

/** Calls `visit` for a node and for all nodes in it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}
