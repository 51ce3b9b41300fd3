/** Serialized TorchScript as a syntax tree. `at` is the offset in the file, with which debug information is looked up. */
export type Expression =
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | Literal
  | AttributeExpression
  | CallExpression
  | { readonly kind: 'index'; readonly at: number; readonly object: Expression; readonly index: Expression }
  | SliceExpression
  | { readonly kind: 'list'; readonly at: number; readonly elements: readonly Expression[] }
  | { readonly kind: 'tuple'; readonly at: number; readonly elements: readonly Expression[] }
  | { readonly kind: 'dict'; readonly at: number; readonly entries: readonly (readonly [Expression, Expression])[] };

export interface Literal {
  readonly kind: 'literal';
  readonly at: number;
  readonly value: LiteralValue;
}

/** `imaginary` is the value of a literal like `2.j`. */
export type LiteralValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'imaginary'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string };

export interface AttributeExpression {
  readonly kind: 'attribute';
  readonly at: number;
  readonly object: Expression;
  readonly name: string;
}

export interface CallExpression {
  readonly kind: 'call';
  readonly at: number;
  readonly callee: Expression;
  readonly positional: readonly Expression[];
  readonly keywords: readonly (readonly [string, Expression])[];
}

export interface SliceExpression {
  readonly kind: 'slice';
  readonly at: number;
  readonly object: Expression;
  readonly start: Expression | undefined;
  readonly end: Expression | undefined;
  readonly step: Expression | undefined;
}

export type Statement =
  | AssignStatement
  | { readonly kind: 'expression'; readonly at: number; readonly value: Expression }
  | { readonly kind: 'return'; readonly at: number; readonly value: Expression | undefined }
  | IfStatement
  | ForStatement
  | { readonly kind: 'while'; readonly at: number; readonly condition: Expression; readonly body: Block }
  | { readonly kind: 'with'; readonly at: number; readonly context: Expression; readonly target: string | undefined; readonly body: Block }
  | { readonly kind: 'function'; readonly at: number; readonly definition: FunctionDefinition };

export type Block = readonly Statement[];

export interface AssignStatement {
  readonly kind: 'assign';
  readonly at: number;
  /** Names, or attributes of objects. */
  readonly targets: readonly (Extract<Expression, { kind: 'name' }> | AttributeExpression)[];
  /** Whether the value is one tuple or list to unpack: `a, b, = x`. Otherwise, several targets take the results of a call. */
  readonly unpacks: boolean;
  readonly value: Expression;
}

export interface IfStatement {
  readonly kind: 'if';
  readonly at: number;
  readonly condition: Expression;
  readonly body: Block;
  readonly otherwise: Block;
}

export interface ForStatement {
  readonly kind: 'for';
  readonly at: number;
  readonly target: string;
  readonly iterable: Expression;
  readonly body: Block;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly at: number;
  readonly parameters: readonly Parameter[];
  readonly body: Block;
}

export interface Parameter {
  readonly name: string;
  readonly type: Expression | undefined;
  readonly initial: Expression | undefined;
}

export interface ClassDefinition {
  readonly name: string;
  readonly at: number;
  /** `Module`, `NamedTuple`, `Enum`, `Interface`, `ModuleInterface`; empty if the class has none. */
  readonly base: string;
  /** The types of attributes by name, in order. */
  readonly attributes: ReadonlyMap<string, Expression>;
  /** Values in the class body: `in_features : Final[int] = 5`, members of an Enum. */
  readonly constants: ReadonlyMap<string, Expression>;
  readonly methods: ReadonlyMap<string, FunctionDefinition>;
}

/** A file below `code`. */
export interface CodeFile {
  readonly classes: ReadonlyMap<string, ClassDefinition>;
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
}
