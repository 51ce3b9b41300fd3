import { describe, expect, it } from 'vitest';
import { bindArguments } from './binding.ts';
import { parseSchema } from './schema.ts';
import { floatValue, intValue, listValue, stringValue } from './value.ts';

const convolution = parseSchema(
  'conv2d.padding(Tensor input, Tensor? bias=None, SymInt[2] stride=1, str padding="valid", *, float eps=1e-05) -> (Tensor(a!), Tensor[])',
);

describe('a schema', () => {
  it('has parameters and results', () => {
    expect(convolution.target).toBe('aten.conv2d.padding');
    expect(convolution.parameters.map(({ name, type }) => [name, type.base, type.isOptional, type.list?.length])).toEqual([
      ['input', 'Tensor', false, undefined],
      ['bias', 'Tensor', true, undefined],
      ['stride', 'int', false, 2],
      ['padding', 'str', false, undefined],
      ['eps', 'float', false, undefined],
    ]);
    expect(convolution.parameters.at(-1)?.isKeywordOnly).toBe(true);
    expect(convolution.returns.map(({ base, list }) => [base, list !== undefined])).toEqual([
      ['Tensor', false],
      ['Tensor', true],
    ]);
  });

  it('distinguishes an optional list from a list of optional elements', () => {
    const { parameters } = parseSchema('index(Tensor?[] indices, int[]? size, Tensor(a -> *) self) -> Tensor(a)[]');
    expect(parameters.map(({ type }) => [type.isOptional, type.list?.hasOptionalElements])).toEqual([
      [false, true],
      [true, false],
      [false, undefined],
    ]);
  });

  it('is rejected if it is malformed', () => {
    expect(() => parseSchema('conv2d(Tensor input)')).toThrow('not a schema');
  });
});

describe('arguments', () => {
  it('fill in defaults', () => {
    const bound = bindArguments(parseSchema('f(int a, float b=1, SymInt[2] c=[1,2], str d="x", bool? e=None) -> Tensor'), [intValue(3)]);
    expect(Object.fromEntries(bound)).toEqual({
      a: intValue(3),
      b: floatValue(1),
      c: listValue([intValue(1), intValue(2)]),
      d: stringValue('x'),
      e: { kind: 'none' },
    });
  });

  it('are rejected if one is missing, unknown or of another type', () => {
    const schema = parseSchema('f(int a, str b="x") -> Tensor');
    expect(() => bindArguments(schema, [])).toThrow('the argument "a" is missing');
    expect(() => bindArguments(schema, [intValue(1)], new Map([['c', intValue(2)]]))).toThrow('the operator has no argument "c"');
    expect(() => bindArguments(schema, [stringValue('y')])).toThrow('the argument "a" is "y", expected int');
    expect(() => bindArguments(schema, [intValue(1), stringValue('y'), intValue(1)])).toThrow('expected at most 2 arguments, got 3');
  });
});
