/** A node of an ESTree. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A node with its ancestors. */
export interface TreePosition {
  readonly node: SyntaxNode;
  /** Absent for the root. */
  readonly parent: TreePosition | undefined;
}

/** Calls `enter` for each node, parents first; the children of a node are skipped if it returns false. Trees may have any depth. */
export function walk(root: SyntaxNode, enter: (position: TreePosition) => boolean): void {
  const stack: TreePosition[] = [{ node: root, parent: undefined }];
  for (let position = stack.pop(); position !== undefined; position = stack.pop()) {
    if (!enter(position)) continue;
    for (const node of childrenOf(position.node)) stack.push({ node, parent: position });
  }
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.values(node).flatMap((value) => (isSyntaxNode(value) ? [value] : nodesOf(value)));
}

/** The nodes of a list; empty if the value is not a list. */
export function nodesOf(value: unknown): readonly SyntaxNode[] {
  return Array.isArray(value) ? value.filter(isSyntaxNode) : [];
}

export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
}

/** Whether a node exists in TypeScript only, except for those that merely wrap an expression. */
export function isTypeOnly({ type }: SyntaxNode): boolean {
  return /^TS(?!AsExpression|SatisfiesExpression|NonNullExpression|TypeAssertion|InstantiationExpression)/.test(type);
}

/** The names of all identifiers in a node. */
export function identifiersIn(root: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  walk(root, ({ node }) => {
    if (node.type === 'Identifier') names.add(String(node.name));
    return true;
  });
  return names;
}
