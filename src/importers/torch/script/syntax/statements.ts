import { parseExpression } from './expressions.ts';
import type { AssignStatement, Block, Expression, FunctionDefinition, IfStatement, Parameter, Statement } from './syntax.ts';
import type { TokenReader } from './tokenReader.ts';

/** `def f(a: T, b: int=3) -> T:` with its body. Throws `NcnnError`. */
export function parseFunction(tokens: TokenReader): FunctionDefinition {
  const { at } = tokens.expect('def');
  const name = tokens.expectKind('name').text;
  tokens.expect('(');
  const parameters: Parameter[] = [];
  while (!tokens.accept(')')) {
    // Parameters after a star are keyword-only; calls already write them by name.
    if (!tokens.accept('*')) parameters.push(parseParameter(tokens));
    if (!tokens.at(')')) tokens.expect(',');
  }
  if (tokens.accept('->')) parseExpression(tokens);
  return { name, at, parameters, body: parseBlock(tokens) };
}

function parseParameter(tokens: TokenReader): Parameter {
  const name = tokens.expectKind('name').text;
  const type = tokens.accept(':') ? parseExpression(tokens) : undefined;
  const initial = tokens.accept('=') ? parseExpression(tokens) : undefined;
  return { name, type, initial };
}

function parseBlock(tokens: TokenReader): Block {
  return tokens.nested(() => {
    tokens.expect(':');
    tokens.expectKind('newline');
    // A method of an interface may have no body.
    if (!tokens.is('indent')) return [];
    tokens.take();
    const statements: Statement[] = [];
    while (!tokens.is('dedent') && !tokens.is('end')) {
      const statement = parseStatement(tokens);
      if (statement !== undefined) statements.push(statement);
    }
    if (tokens.is('dedent')) tokens.take();
    return statements;
  });
}

function parseStatement(tokens: TokenReader): Statement | undefined {
  const { at, text, kind } = tokens.peek;
  if (kind === 'newline') {
    tokens.take();
    return undefined;
  }
  switch (kind === 'name' ? text : '') {
    case 'pass':
      tokens.take();
      tokens.endLine();
      return undefined;
    case 'return': {
      tokens.take();
      const value = tokens.is('newline') || tokens.is('end') ? undefined : parseExpression(tokens);
      tokens.endLine();
      return { kind: 'return', at, value };
    }
    case 'if':
      return parseIf(tokens);
    case 'while': {
      tokens.take();
      const condition = parseExpression(tokens);
      return { kind: 'while', at, condition, body: parseBlock(tokens) };
    }
    case 'for': {
      tokens.take();
      const target = tokens.expectKind('name').text;
      tokens.expect('in');
      const iterable = parseExpression(tokens);
      return { kind: 'for', at, target, iterable, body: parseBlock(tokens) };
    }
    case 'with': {
      tokens.take();
      const context = parseExpression(tokens);
      const target = tokens.accept('as') ? tokens.expectKind('name').text : undefined;
      return { kind: 'with', at, context, target, body: parseBlock(tokens) };
    }
    case 'def':
      return { kind: 'function', at, definition: parseFunction(tokens) };
    default:
      return parseSimple(tokens);
  }
}

function parseIf(tokens: TokenReader): IfStatement {
  const { at } = tokens.take();
  const condition = parseExpression(tokens);
  const body = parseBlock(tokens);
  if (tokens.at('elif')) return { kind: 'if', at, condition, body, otherwise: [tokens.nested(() => parseIf(tokens))] };
  return { kind: 'if', at, condition, body, otherwise: tokens.accept('else') ? parseBlock(tokens) : [] };
}

/** An assignment, or an expression statement. */
function parseSimple(tokens: TokenReader): Statement {
  const { at } = tokens.peek;
  const first = parseExpression(tokens);
  const targets = [first];
  let unpacks = false;
  while (tokens.accept(',')) {
    unpacks = tokens.at('=');
    if (!unpacks) targets.push(parseExpression(tokens));
  }
  if (tokens.accept(':')) parseExpression(tokens);
  if (!tokens.accept('=')) {
    if (targets.length > 1) throw tokens.unexpected('"="');
    tokens.endLine();
    return { kind: 'expression', at, value: first };
  }
  const value = parseExpression(tokens);
  const statement: AssignStatement = {
    kind: 'assign',
    at,
    targets: targets.map((target) => targetOf(tokens, target)),
    unpacks,
    value: parseUnparenthesizedTuple(tokens, value),
  };
  tokens.endLine();
  return statement;
}

/** `a, b = x, y` returns several values without parentheses. */
function parseUnparenthesizedTuple(tokens: TokenReader, first: Expression): Expression {
  if (!tokens.at(',')) return first;
  const elements = [first];
  while (tokens.accept(',')) {
    if (!tokens.is('newline') && !tokens.is('end')) elements.push(parseExpression(tokens));
  }
  return { kind: 'tuple', at: first.at, elements };
}

function targetOf(tokens: TokenReader, target: Expression): AssignStatement['targets'][number] {
  if (target.kind === 'name' || target.kind === 'attribute') return target;
  throw tokens.unexpected('a name to be assigned');
}
