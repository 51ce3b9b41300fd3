import type { TreePosition } from './syntaxTree.ts';

/** Whether an identifier refers to a value, declares or assigns one, or is only a name, such as that of a property. */
type IdentifierRole = 'reference' | 'declaration' | 'name';

const functionTypes = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

export function identifierRole({ node, parent: position }: TreePosition): IdentifierRole {
  const parent = position?.node;
  if (parent === undefined) return 'name';
  switch (parent.type) {
    case 'MemberExpression':
      return parent.object === node || parent.computed === true ? 'reference' : 'name';
    case 'Property':
      if (position?.parent?.node.type === 'ObjectPattern') {
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
      return functionTypes.test(parent.type) && parent.body !== node ? 'declaration' : 'reference';
  }
}

/** Whether an expression is the target of an assignment, a loop, or `delete`. */
export function isAssigned({ node, parent: position }: TreePosition): boolean {
  const parent = position?.node;
  if (parent === undefined) return false;
  switch (parent.type) {
    case 'AssignmentExpression':
    case 'AssignmentPattern':
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === node;
    case 'Property':
      return parent.value === node && position?.parent?.node.type === 'ObjectPattern';
    case 'UnaryExpression':
      return parent.operator === 'delete';
    default:
      return /^(ArrayPattern|RestElement|UpdateExpression)$/.test(parent.type);
  }
}
