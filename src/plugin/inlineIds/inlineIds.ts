import MagicString, { type SourceMap } from 'magic-string';
import type { IdTree } from '../../emit/module.ts';
import { identifierRole, isAssigned } from './identifierRole.ts';
import { importBindings } from './importBindings.ts';
import { identifiersIn, isSyntaxNode, isTypeOnly, type SyntaxNode, type TreePosition, walk } from './syntaxTree.ts';

/** An importer with numbers in place of the names of ids. */
export interface InlinedCode {
  readonly code: string;
  readonly map: SourceMap;
}

/** A member access to a missing id, as it is written: `BlobId.typo`. */
export interface UnknownId {
  readonly expression: string;
  readonly name: string;
  /** The names that the table contains. */
  readonly known: readonly string[];
}

/** The result for an importer. */
export interface InlinedIds {
  /** Absent if nothing changes. */
  readonly inlined?: InlinedCode;
  readonly unknown: readonly UnknownId[];
}

interface Edit {
  readonly local: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Replaces imported ids by their numbers: `BLOB_data`, `LayerId.conv1`, `BlobId['a/b']`, also through the namespace or the default export.
 * The imports remain; because nothing uses them any more, the bundler drops them together with the table of ids.
 *
 * A name that is declared anywhere else in the file, in any scope, is never replaced: this may miss an id but preserves the meaning of the
 * code.
 *
 * @param treeOf returns the ids that a module exports, by specifier; `undefined` keeps its imports.
 */
export async function inlineIds(
  code: string,
  file: string,
  program: unknown,
  treeOf: (source: string) => Promise<IdTree | undefined>,
): Promise<InlinedIds> {
  if (!isSyntaxNode(program)) return { unknown: [] };
  const bindings = importBindings(program);
  const trees = new Map<string, IdTree>();
  for (const source of new Set([...bindings.values()].map((binding) => binding.source))) {
    const tree = await treeOf(source);
    if (tree !== undefined) trees.set(source, tree);
  }
  const idsOf = (local: string): IdValue | undefined => {
    const binding = bindings.get(local);
    return binding?.path.reduce<IdValue | undefined>(memberOf, trees.get(binding.source));
  };
  const { edits, unknown } = findReferences(code, program, idsOf);
  if (edits.length === 0) return { unknown };
  const output = new MagicString(code);
  for (const { start, end, text } of edits) output.update(start, end, text);
  const map = output.generateMap({ source: file, hires: 'boundary', includeContent: true });
  return { inlined: { code: output.toString(), map }, unknown };
}

interface References {
  readonly edits: readonly Edit[];
  readonly unknown: readonly UnknownId[];
}

/** The references to ids, each once, through names that nothing else in the file declares. */
function findReferences(code: string, program: SyntaxNode, idsOf: (local: string) => IdValue | undefined): References {
  const declared = new Set<string>();
  // By position: a shorthand property contains its name twice, as key and value.
  const edits = new Map<number, Edit>();
  const unknown: (UnknownId & { readonly local: string })[] = [];
  walk(program, (position) => {
    const { node } = position;
    if (node.type === 'ImportDeclaration') return false;
    if (isTypeOnly(node)) {
      // Its names may be types, or declarations of an unknown kind.
      for (const name of identifiersIn(node)) declared.add(name);
      return false;
    }
    if (node.type !== 'Identifier') return true;
    const local = String(node.name);
    const role = identifierRole(position);
    if (role === 'declaration') declared.add(local);
    if (role !== 'reference') return false;
    const reference = followMembers(position, idsOf(local));
    if (reference?.kind === 'id') {
      const edit = editOf(code, position, reference);
      if (edit !== undefined) edits.set(edit.start, edit);
    } else if (reference !== undefined) {
      const { name, known, node: access } = reference;
      unknown.push({ local, name, known, expression: code.slice(access.start, access.end) });
    }
    return false;
  });
  return {
    edits: [...edits.values()].filter(({ local }) => !declared.has(local)),
    unknown: unknown.filter(({ local }) => !declared.has(local)),
  };
}

function editOf(code: string, position: TreePosition, reference: IdReference): Edit | undefined {
  if (isAssigned(reference.position)) return undefined;
  const { node, parent } = reference.position;
  const local = String(position.node.name);
  const isShorthand = parent?.node.type === 'Property' && parent.node.shorthand === true;
  const text = isShorthand ? `${local}: ${reference.id}` : withSpaces(String(reference.id), code, node);
  return { local, start: node.start, end: node.end, text };
}

/** An id, or a tree of ids by name. */
type IdValue = number | IdTree;

interface IdReference {
  readonly kind: 'id';
  readonly position: TreePosition;
  readonly id: number;
}

/** An access to a table of ids by a missing name. */
interface UnknownReference {
  readonly kind: 'unknown';
  readonly node: SyntaxNode;
  readonly name: string;
  readonly known: readonly string[];
}

/** Follows member accesses outward while they lead through the tree, up to an id or a missing name. */
function followMembers(identifier: TreePosition, start: IdValue | undefined): IdReference | UnknownReference | undefined {
  let position = identifier;
  let value = start;
  while (typeof value === 'object') {
    const { parent } = position;
    const key = parent === undefined ? undefined : memberKey(parent.node, position.node);
    if (parent === undefined || key === undefined) return undefined;
    const member = memberOf(value, key);
    if (member === undefined) return isIdTable(value) ? unknownReference(parent, key, value) : undefined;
    value = member;
    position = parent;
  }
  return value === undefined ? undefined : { kind: 'id', position, id: value };
}

/** Whether all members are ids. The trees of a module and a model omit other members, so a missing name there is not an error. */
function isIdTable(tree: IdTree): boolean {
  return Object.values(tree).every((member) => typeof member === 'number');
}

function unknownReference(access: TreePosition, name: string, table: IdTree): UnknownReference | undefined {
  // Members that every object inherits are not ids.
  const isInherited = name in Object.prototype;
  return isInherited || isAssigned(access) ? undefined : { kind: 'unknown', node: access.node, name, known: Object.keys(table) };
}

function memberOf(value: IdValue | undefined, key: string): IdValue | undefined {
  return typeof value === 'object' && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The key by which a member expression accesses an object; `undefined` if it is computed, optional, or not a member expression. */
function memberKey({ type, object, optional, computed, property }: SyntaxNode, accessed: SyntaxNode): string | undefined {
  if (type !== 'MemberExpression' || object !== accessed || optional === true || !isSyntaxNode(property)) return undefined;
  if (computed !== true) return property.type === 'Identifier' ? String(property.name) : undefined;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

/** A number, with spaces if it would merge with an adjacent token: `in`, or the dot of a property. */
function withSpaces(text: string, code: string, { start, end }: SyntaxNode): string {
  const before = /[\w$]/.test(code[start - 1] ?? '') ? ' ' : '';
  const after = /[\w$.]/.test(code[end] ?? '') ? ' ' : '';
  return `${before}${text}${after}`;
}
