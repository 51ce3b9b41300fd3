import type { Expression, LiteralValue, SliceExpression } from './syntax.ts';
import type { TokenReader } from './tokenReader.ts';

/** Parses an expression. Types are also written as expressions: `Dict[str, List[int]]`. Throws `NcnnError`. */
export function parseExpression(tokens: TokenReader): Expression {
  return tokens.nested(() => {
    let result = parsePrimary(tokens);
    for (let depth = 1; ; depth++) {
      tokens.checkDepth(depth);
      if (tokens.accept('.')) {
        const { text: name, at } = tokens.expectKind('name');
        result = { kind: 'attribute', at, object: result, name };
      } else if (tokens.at('(')) {
        result = parseCall(tokens, result);
      } else if (tokens.at('[')) {
        result = parseIndex(tokens, result);
      } else {
        return result;
      }
    }
  });
}

const words: ReadonlyMap<string, LiteralValue> = new Map<string, LiteralValue>([
  ['None', { kind: 'none' }],
  ['True', { kind: 'bool', value: true }],
  ['False', { kind: 'bool', value: false }],
  ['inf', { kind: 'float', value: Number.POSITIVE_INFINITY }],
  ['nan', { kind: 'float', value: Number.NaN }],
  ['infj', { kind: 'imaginary', value: Number.POSITIVE_INFINITY }],
  ['nanj', { kind: 'imaginary', value: Number.NaN }],
]);

function parsePrimary(tokens: TokenReader): Expression {
  const { kind, text, at } = tokens.peek;
  if (kind === 'number') return { kind: 'literal', at, value: numberOf(tokens.take().text) };
  if (kind === 'string') return { kind: 'literal', at, value: { kind: 'string', value: tokens.take().text } };
  if (kind === 'name') {
    tokens.take();
    const word = words.get(text);
    return word === undefined ? { kind: 'name', at, name: text } : { kind: 'literal', at, value: word };
  }
  if (tokens.at('-')) return parseNegative(tokens);
  if (tokens.at('(')) return parseParentheses(tokens);
  if (tokens.accept('[')) return { kind: 'list', at, elements: parseList(tokens, ']') };
  if (tokens.accept('{')) return { kind: 'dict', at, entries: parseEntries(tokens) };
  throw tokens.unexpected('an expression');
}

function numberOf(text: string): LiteralValue {
  if (text.endsWith('j')) return { kind: 'imaginary', value: Number(text.slice(0, -1)) };
  return /^\d+$/.test(text) ? { kind: 'int', value: BigInt(text) } : { kind: 'float', value: Number(text) };
}

/** The only operator of the language is the minus before numbers. */
function parseNegative(tokens: TokenReader): Expression {
  const { at } = tokens.expect('-');
  const operand = tokens.nested(() => parsePrimary(tokens));
  if (operand.kind !== 'literal') throw tokens.unexpected('a number after "-"');
  const { value } = operand;
  if (value.kind === 'int') return { kind: 'literal', at, value: { kind: 'int', value: -value.value } };
  if (value.kind === 'float' || value.kind === 'imaginary')
    return { kind: 'literal', at, value: { kind: value.kind, value: -value.value } };
  throw tokens.unexpected('a number after "-"');
}

/** An expression in parentheses, or a tuple. */
function parseParentheses(tokens: TokenReader): Expression {
  const { at } = tokens.expect('(');
  if (tokens.accept(')')) return { kind: 'tuple', at, elements: [] };
  const first = parseExpression(tokens);
  if (tokens.accept(')')) return first;
  tokens.expect(',');
  return { kind: 'tuple', at, elements: [first, ...parseList(tokens, ')')] };
}

/** Expressions up to a closing bracket; a trailing comma is allowed. */
function parseList(tokens: TokenReader, end: string): readonly Expression[] {
  const elements: Expression[] = [];
  while (!tokens.accept(end)) {
    elements.push(parseExpression(tokens));
    if (!tokens.at(end)) tokens.expect(',');
  }
  return elements;
}

function parseEntries(tokens: TokenReader): readonly (readonly [Expression, Expression])[] {
  const entries: (readonly [Expression, Expression])[] = [];
  while (!tokens.accept('}')) {
    const key = parseExpression(tokens);
    tokens.expect(':');
    entries.push([key, parseExpression(tokens)]);
    if (!tokens.at('}')) tokens.expect(',');
  }
  return entries;
}

function parseCall(tokens: TokenReader, callee: Expression): Expression {
  tokens.expect('(');
  const positional: Expression[] = [];
  const keywords: [string, Expression][] = [];
  while (!tokens.accept(')')) {
    const value = parseExpression(tokens);
    if (value.kind === 'name' && tokens.accept('=')) keywords.push([value.name, parseExpression(tokens)]);
    else positional.push(value);
    if (!tokens.at(')')) tokens.expect(',');
  }
  // Debug information refers to the position of the function name.
  return { kind: 'call', at: startOf(callee), callee, positional, keywords };
}

function startOf(expression: Expression): number {
  return expression.kind === 'attribute' ? startOf(expression.object) : expression.at;
}

function parseIndex(tokens: TokenReader, object: Expression): Expression {
  const { at } = tokens.expect('[');
  if (tokens.at(':')) return parseSlice(tokens, at, object, undefined);
  const first = parseExpression(tokens);
  if (tokens.at(':')) return parseSlice(tokens, at, object, first);
  if (tokens.accept(']')) return { kind: 'index', at, object, index: first };
  tokens.expect(',');
  return { kind: 'index', at, object, index: { kind: 'tuple', at, elements: [first, ...parseList(tokens, ']')] } };
}

function parseSlice(tokens: TokenReader, at: number, object: Expression, start: Expression | undefined): SliceExpression {
  const part = (): Expression | undefined => {
    if (!tokens.accept(':')) return undefined;
    return tokens.at(':') || tokens.at(']') ? undefined : parseExpression(tokens);
  };
  const end = part();
  const step = part();
  tokens.expect(']');
  return { kind: 'slice', at, object, start, end, step };
}
