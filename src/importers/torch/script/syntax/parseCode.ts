import { Budget } from '../../../../budget/budget.ts';
import { parseExpression } from './expressions.ts';
import { parseFunction } from './statements.ts';
import type { ClassDefinition, CodeFile, Expression, FunctionDefinition } from './syntax.ts';
import { TokenReader } from './tokenReader.ts';

/**
 * Parses a file of serialized TorchScript, as torch's printer writes it. Throws `NcnnError`: `file-malformed` with line and column,
 * `limit-exceeded`.
 */
export function parseCode(text: string, file: string, budget: Budget = new Budget({}, text.length)): CodeFile {
  const tokens = new TokenReader(text, file, budget);
  const classes = new Map<string, ClassDefinition>();
  const functions = new Map<string, FunctionDefinition>();
  while (!tokens.is('end')) {
    if (tokens.at('class')) {
      const parsed = parseClass(tokens);
      classes.set(parsed.name, parsed);
    } else if (tokens.at('def')) {
      const parsed = parseFunction(tokens);
      functions.set(parsed.name, parsed);
    } else if (tokens.is('newline')) {
      tokens.take();
    } else {
      throw tokens.unexpected('a class or a function');
    }
  }
  return { classes, functions };
}

function parseClass(tokens: TokenReader): ClassDefinition {
  const { at } = tokens.expect('class');
  const name = tokens.expectKind('name').text;
  let base = '';
  if (tokens.accept('(')) {
    if (!tokens.at(')')) base = tokens.expectKind('name').text;
    tokens.expect(')');
  }
  tokens.expect(':');
  tokens.expectKind('newline');
  const attributes = new Map<string, Expression>();
  const constants = new Map<string, Expression>();
  const methods = new Map<string, FunctionDefinition>();
  // A class without a body has no indented lines.
  if (tokens.is('indent')) {
    tokens.take();
    while (!tokens.is('dedent') && !tokens.is('end')) {
      if (tokens.at('def')) {
        const method = parseFunction(tokens);
        methods.set(method.name, method);
      } else {
        parseMember(tokens, attributes, constants);
      }
    }
    if (tokens.is('dedent')) tokens.take();
  }
  return { name, at, base, attributes, constants, methods };
}

/** `weight : Tensor`, `n : Final[int] = 5`, `__annotations__["0"] = T`, `RED = 1`, `pass`. */
function parseMember(tokens: TokenReader, attributes: Map<string, Expression>, constants: Map<string, Expression>): void {
  if (tokens.accept('pass')) {
    tokens.endLine();
    return;
  }
  const target = parseExpression(tokens);
  const name = target.kind === 'name' ? target.name : annotatedName(target);
  if (name === undefined) throw tokens.unexpected('a member of a class');
  if (tokens.accept(':')) attributes.set(name, parseExpression(tokens));
  if (tokens.accept('=')) {
    const value = parseExpression(tokens);
    if (target.kind === 'index') attributes.set(name, value);
    else constants.set(name, value);
  }
  tokens.endLine();
}

/** The name in `__annotations__["0"]`, for attributes whose names are not Python identifiers. */
function annotatedName(target: Expression): string | undefined {
  if (target.kind !== 'index' || target.index.kind !== 'literal') return undefined;
  return target.index.value.kind === 'string' ? target.index.value.value : undefined;
}
