import MagicString, { type SourceMap } from 'magic-string';
import type { IdTree } from '../../emit/module.ts';
import { modelImport } from '../../project/imports/query.ts';

/** A node of an ESTree. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** What an import binds to a name: the module, and the way to the value in what it exports. */
interface Binding {
  readonly source: string;
  readonly path: readonly string[];
}

interface Edit {
  readonly local: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** An importer with ids in place of what named them. */
export interface Inlined {
  readonly code: string;
  readonly map: SourceMap;
}

/**
 * Writes ids as numbers where imported ones are used: `BLOB_data`, `LayerId.conv1`, `BlobId['a/b']`, also by way of the
 * namespace or the default export. The imports stay, and are left out with the table of ids by the bundler, as nothing uses
 * them any more.
 *
 * A name that is declared anywhere else in the file, in whichever scope, is left alone altogether: that may leave
 * something to do, but never changes what the code means.
 *
 * @param treeOf the ids that a module exports, by specifier; `undefined` leaves its imports as they are.
 */
export async function inlineIds(
  code: string,
  file: string,
  program: unknown,
  treeOf: (source: string) => Promise<IdTree | undefined>,
): Promise<Inlined | undefined> {
  if (!isNode(program)) return undefined;
  const bindings = importedBindings(program);
  const trees = new Map<string, IdTree>();
  for (const source of new Set([...bindings.values()].map((binding) => binding.source))) {
    const tree = await treeOf(source);
    if (tree !== undefined) trees.set(source, tree);
  }
  const edits: Edit[] = [];
  const declared = new Set<string>();

  /** @param ancestors innermost last. */
  const visit = (node: Node, ancestors: readonly Node[]): void => {
    if (node.type === 'ImportDeclaration') return;
    if (node.type === 'Identifier') {
      visitIdentifier(node, ancestors);
    } else if (isTypeOnly(node)) {
      // Names in there may be types, or declarations we do not know: nothing is written.
      for (const name of namesIn(node)) declared.add(name);
    } else {
      const inner = [...ancestors, node];
      for (const child of childrenOf(node)) visit(child, inner);
    }
  };

  const visitIdentifier = (node: Node, ancestors: readonly Node[]): void => {
    const local = String(node.name);
    const binding = bindings.get(local);
    if (binding === undefined) return;
    const role = roleOf(node, ancestors);
    if (role === 'declaration') declared.add(local);
    const tree = trees.get(binding.source);
    if (role !== 'reference' || tree === undefined) return;
    const found = followMembers(node, ancestors, tree, binding.path);
    if (found === undefined) return;
    const shorthand = found.parent?.type === 'Property' && found.parent.shorthand === true;
    const text = shorthand ? `${local}: ${found.id}` : apart(String(found.id), code, found.node);
    edits.push({ local, start: found.node.start, end: found.node.end, text });
  };

  visit(program, []);
  const output = new MagicString(code);
  // A shorthand property holds its name twice, as key and value, at the same place.
  const chosen = new Map(edits.filter(({ local }) => !declared.has(local)).map((edit) => [edit.start, edit]));
  if (chosen.size === 0) return undefined;
  for (const { start, end, text } of chosen.values()) output.update(start, end, text);
  return { code: output.toString(), map: output.generateMap({ source: file, hires: 'boundary', includeContent: true }) };
}

function importedBindings(program: Node): ReadonlyMap<string, Binding> {
  const bindings = new Map<string, Binding>();
  for (const statement of nodesOf(program.body)) {
    const source = isNode(statement.source) ? statement.source.value : undefined;
    if (statement.type !== 'ImportDeclaration' || typeof source !== 'string' || !modelImport.test(source)) continue;
    for (const specifier of nodesOf(statement.specifiers)) {
      if (!isNode(specifier.local)) continue;
      bindings.set(String(specifier.local.name), { source, path: importedPath(specifier) });
    }
  }
  return bindings;
}

function importedPath({ type, imported }: Node): readonly string[] {
  if (type === 'ImportNamespaceSpecifier') return [];
  // `import { "a-b" as c }` has a literal.
  return type === 'ImportSpecifier' && isNode(imported) ? [String(imported.name ?? imported.value)] : ['default'];
}

/** Goes outwards through member accesses for as long as they lead through the tree, up to an id. */
function followMembers(
  identifier: Node,
  ancestors: readonly Node[],
  tree: IdTree,
  path: readonly string[],
): { readonly node: Node; readonly id: number; readonly parent: Node | undefined } | undefined {
  let value: number | IdTree | undefined = tree;
  for (const key of path) value = member(value, key);
  let node = identifier;
  let depth = ancestors.length - 1;
  while (typeof value === 'object') {
    const parent = ancestors[depth];
    const key = parent?.type === 'MemberExpression' && parent.object === node && parent.optional !== true ? memberKey(parent) : undefined;
    if (parent === undefined || key === undefined) return undefined;
    value = member(value, key);
    node = parent;
    depth--;
  }
  const parent = ancestors[depth];
  const assigned = parent !== undefined && isAssigned(node, parent, ancestors[depth - 1]);
  return value === undefined || assigned ? undefined : { node, id: value, parent };
}

function member(value: number | IdTree | undefined, key: string): number | IdTree | undefined {
  return typeof value === 'object' && Object.hasOwn(value, key) ? value[key] : undefined;
}

function memberKey({ computed, property }: Node): string | undefined {
  if (!isNode(property)) return undefined;
  if (computed !== true) return property.type === 'Identifier' ? String(property.name) : undefined;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

function isAssigned(node: Node, parent: Node, grandparent: Node | undefined): boolean {
  switch (parent.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === node;
    case 'Property':
      return parent.value === node && grandparent?.type === 'ObjectPattern';
    case 'UnaryExpression':
      return parent.operator === 'delete';
    default:
      return /^(ArrayPattern|RestElement|UpdateExpression)$/.test(parent.type);
  }
}

type Role = 'reference' | 'declaration' | 'name';

const functions = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

/** Whether an identifier stands for a value, declares or assigns one, or is but a name, as of a property. */
function roleOf(node: Node, ancestors: readonly Node[]): Role {
  const parent = ancestors.at(-1);
  if (parent === undefined) return 'name';
  switch (parent.type) {
    case 'MemberExpression':
      return parent.object === node || parent.computed === true ? 'reference' : 'name';
    case 'Property':
      if (ancestors.at(-2)?.type === 'ObjectPattern') {
        if (parent.value === node) return 'declaration';
      } else if (parent.shorthand === true || parent.value === node) return 'reference';
      return parent.computed === true ? 'reference' : 'name';
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return parent.value === node || parent.computed === true ? 'reference' : 'name';
    case 'VariableDeclarator':
    case 'ClassDeclaration':
    case 'ClassExpression':
      return parent.id === node ? 'declaration' : 'reference';
    case 'AssignmentPattern':
    case 'AssignmentExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === node ? 'declaration' : 'reference';
    case 'ArrayPattern':
    case 'RestElement':
    case 'CatchClause':
    case 'UpdateExpression':
      return 'declaration';
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'ExportSpecifier':
    case 'ExportAllDeclaration':
    case 'ImportAttribute':
      return 'name';
    default:
      return functions.test(parent.type) && parent.body !== node ? 'declaration' : 'reference';
  }
}

/** Whether a node is TypeScript's own, but for those that only wrap an expression. */
function isTypeOnly({ type }: Node): boolean {
  return /^TS(?!AsExpression|SatisfiesExpression|NonNullExpression|TypeAssertion|InstantiationExpression)/.test(type);
}

function namesIn(node: Node): readonly string[] {
  const own = node.type === 'Identifier' ? [String(node.name)] : [];
  return [...own, ...childrenOf(node).flatMap(namesIn)];
}

/** A number must not run into what stands around it: `in`, or the dot of a property. */
function apart(text: string, code: string, { start, end }: Node): string {
  const before = /[\w$]/.test(code[start - 1] ?? '') ? ' ' : '';
  const after = /[\w$.]/.test(code[end] ?? '') ? ' ' : '';
  return `${before}${text}${after}`;
}

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []));
}

function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
}
