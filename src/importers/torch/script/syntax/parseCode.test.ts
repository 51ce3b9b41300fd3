import { describe, expect, it } from 'vitest';
import { Budget } from '../../../../budget/budget.ts';
import { parseCode } from './parseCode.ts';
import type { Block, Expression, LiteralValue } from './syntax.ts';

/** The body of a function with the given lines. */
function bodyOf(lines: string): Block {
  return parseCode(`def f() -> Tensor:\n${lines.replaceAll(/^/gm, '  ')}\n`, 'net.py').functions.get('f')?.body ?? [];
}

function expressionOf(text: string): Expression | undefined {
  const [statement] = bodyOf(text);
  return statement?.kind === 'expression' ? statement.value : undefined;
}

function literalOf(text: string): LiteralValue | undefined {
  const expression = expressionOf(text);
  return expression?.kind === 'literal' ? expression.value : undefined;
}

describe('expressions', () => {
  it.each<[string, LiteralValue]>([
    ['-5', { kind: 'int', value: -5n }],
    ['9223372036854775807', { kind: 'int', value: 9223372036854775807n }],
    ['2.', { kind: 'float', value: 2 }],
    ['1.0000000000000001e-05', { kind: 'float', value: 1e-5 }],
    ['-inf', { kind: 'float', value: Number.NEGATIVE_INFINITY }],
    ['2.j', { kind: 'imaginary', value: 2 }],
    ['"a\\n\\"\\303\\251\\\\"', { kind: 'string', value: 'a\n"é\\' }],
    ['None', { kind: 'none' }],
  ])('reads %s', (text, expected) => {
    expect(literalOf(text)).toEqual(expected);
  });

  it('reads calls with a trailing comma', () => {
    expect(expressionOf('(layer).forward(x, mode="a", )')).toMatchObject({
      kind: 'call',
      callee: { kind: 'attribute', name: 'forward', object: { kind: 'name', name: 'layer' } },
      positional: [{ kind: 'name', name: 'x' }],
      keywords: [['mode', { kind: 'literal' }]],
    });
  });

  it('reads indices, slices and types', () => {
    expect(expressionOf('(x)[0]')).toMatchObject({ kind: 'index' });
    expect(expressionOf('(x)[1:3]')).toMatchObject({ kind: 'slice', start: {}, end: {}, step: undefined });
    expect(expressionOf('(x)[:-1:2]')).toMatchObject({ kind: 'slice', start: undefined, end: {}, step: {} });
    expect(expressionOf('annotate(Dict[str, List[int]], {"a": [1]})')).toMatchObject({
      positional: [{ kind: 'index', index: { kind: 'tuple' } }, { kind: 'dict' }],
    });
  });

  it('distinguishes tuples from parentheses', () => {
    expect(['()', '(a)', '(a,)', '(a, b)'].map((text) => expressionOf(text)?.kind)).toEqual(['tuple', 'name', 'tuple', 'tuple']);
  });
});

describe('statements', () => {
  it('distinguish unpacking from several results', () => {
    expect(bodyOf('a, b, = x\na, b = f(x)\na, b = x, y\nself.n = 1\nx : int = 2')).toMatchObject([
      { kind: 'assign', unpacks: true, targets: [{}, {}] },
      { kind: 'assign', unpacks: false, targets: [{}, {}], value: { kind: 'call' } },
      { kind: 'assign', unpacks: false, value: { kind: 'tuple' } },
      { kind: 'assign', targets: [{ kind: 'attribute', name: 'n' }] },
      { kind: 'assign', targets: [{ kind: 'name', name: 'x' }] },
    ]);
  });

  it('nest', () => {
    const text =
      'if a:\n  pass\nelse:\n  for i in range(3):\n    b = i\nwith c as d:\n  return d\nwhile e:\n  def g():\n    return 1\n  f = g';
    expect(bodyOf(text)).toMatchObject([
      { kind: 'if', body: [], otherwise: [{ kind: 'for', body: [{ kind: 'assign' }] }] },
      { kind: 'with', target: 'd', body: [{ kind: 'return' }] },
      { kind: 'while', body: [{ kind: 'function' }, { kind: 'assign' }] },
    ]);
  });
});

it('reads classes', () => {
  const text = [
    'class Net(Module):',
    '  __parameters__ = ["weight", ]',
    '  weight : Tensor',
    '  __annotations__["0"] = __torch__.Layer',
    '  n : Final[int] = 5',
    '  def forward(self: __torch__.Net,',
    '    x: Tensor,',
    '    k: int=3) -> Tensor:',
    '    return x',
    'class Empty(Interface):',
    '  pass',
  ].join('\n');
  const { classes } = parseCode(text, 'net.py');
  const net = classes.get('Net');
  expect([...(net?.attributes.keys() ?? [])]).toEqual(['weight', '0', 'n']);
  expect([...(net?.constants.keys() ?? [])]).toEqual(['__parameters__', 'n']);
  expect(net?.methods.get('forward')?.parameters.map(({ name }) => name)).toEqual(['self', 'x', 'k']);
  expect(classes.get('Empty')?.base).toBe('Interface');
});

it.each([
  ['def f(:\n', 'net.py:1:7: '],
  ['def f():\n  x = $\n', 'unexpected character "$"'],
  ['def f():\n  x = "a\n', 'a string is not terminated'],
  ['def f():\n    x = 1\n  y = 2\n', 'the indentation matches no earlier line'],
  ['x = 1\n', 'expected a class or a function, got "x"'],
  ['def f():\n  1 = x\n', 'expected a name to be assigned'],
  [`def f():\n  x = ${'['.repeat(300)}\n`, 'nested deeper than 200 levels'],
  [`def f():\n  x = ${'-'.repeat(300)}1\n`, 'nested deeper than 200 levels'],
  [`def f():\n  x = a${'.b'.repeat(300)}\n`, 'nested deeper than 200 levels'],
])('rejects %j', (text, message) => {
  expect(() => parseCode(text, 'net.py')).toThrow(message);
});

it('limits the number of tokens', () => {
  expect(() => parseCode('def f():\n  return [1, 2, 3]\n', 'net.py', new Budget({ maxEntries: 10 }))).toThrow(
    'the model takes more than 10',
  );
});
