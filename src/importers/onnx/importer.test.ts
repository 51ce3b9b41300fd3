import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatShape } from '../../graph/ir/dimension.ts';
import type { Graph } from '../../graph/ir/graph.ts';
import { operators } from '../../graph/ops/index.ts';
import {
  encodedBytes,
  encodedFloat,
  encodedInteger,
  encodedMessage,
  encodedText,
  encodeModel,
  floatAttribute,
  graphAttribute,
  initializer,
  input,
  intAttribute,
  model,
  node,
  output,
  packedIntegers,
  rawFloats,
  read,
  readGraph,
  refusals,
  tensorFields,
  value,
} from './testing.ts';

const relu = [input('x', ['N', 3]), node('Relu', ['x'], ['y']), output('y')];
const nodesOf = (graph: Graph): readonly string[] =>
  graph.nodes.map((entry) => `${entry.outputs.join(' ')} = ${entry.operator}(${entry.inputs.join(', ')})`);

describe('the graph', () => {
  it('has typed inputs and ordered outputs', () => {
    const graph = readGraph(
      model(
        17,
        input('x', ['N', 3, undefined]),
        input('n', [], 7),
        node('Relu', ['x'], ['a']),
        node('Neg', ['n'], ['b']),
        output('b'),
        output('a'),
      ),
    );
    expect(graph.inputs.map(({ name, type }) => `${name} ${type.dtype} ${formatShape(type.shape)}`)).toEqual([
      'x float32 [N,3,x:2]',
      'n int64 []',
    ]);
    expect(graph.outputs).toEqual(['b', 'a']);
  });

  it('treats a negative size or a numeric symbol as dynamic', () => {
    const [first] = readGraph(model(17, input('x', [-1, '-1', '3', 0]), node('Relu', ['x'], ['y']), output('y'))).inputs;
    expect(first?.type.shape).toEqual(['x:0', 'x:1', 'x:2', 0]);
  });

  it('does not equate axes by the generic names of exporters', () => {
    const names = ['?', 'None', 'N', 'N', '?'];
    const [first] = readGraph(model(17, input('x', names), node('Relu', ['x'], ['y']), output('y'))).inputs;
    expect(first?.type.shape).toEqual(['x:0', 'x:1', 'N', 'x:3', 'x:4']);
  });

  it('knows the declared types of inner values', () => {
    const graph = readGraph(model(17, ...relu, value(13, 'y', ['N', 3])));
    expect(graph.types.get('y')).toEqual({ dtype: 'float32', shape: ['N', 3] });
  });

  it('has initializers as constants, also when they are listed as inputs', () => {
    const graph = readGraph(
      model(9, input('x', [2]), input('w', [2]), initializer('w', 1, [2], rawFloats(1, 2)), node('Add', ['x', 'w'], ['y']), output('y')),
    );
    expect(graph.inputs.map((entry) => entry.name)).toEqual(['x']);
    expect([...(graph.constants.get('w')?.values() ?? [])]).toEqual([1, 2]);
  });

  it('gives nodes without a name a unique one from their output', () => {
    const graph = readGraph(
      model(
        17,
        input('x', [1]),
        node('Relu', ['x'], ['a'], [], 'n'),
        node('Exp', ['a'], ['b'], [], 'n'),
        node('Neg', ['b'], ['y']),
        output('y'),
      ),
    );
    expect(graph.nodes.map((entry) => entry.name)).toEqual(['n', 'n_1', 'y']);
  });

  it('does not confuse an operator of the model with an internal one', () => {
    const attention = (domain: string) =>
      model(17, input('x', [1, 2, 3]), node('ScaledAttention', ['x', 'x', 'x'], ['y'], [], '', domain), output('y'));
    expect(refusals(() => read(attention('ncnn')))).toEqual(['operator-unknown: the operator ncnn:ScaledAttention is unknown']);
    const [own] = readGraph(attention('')).nodes;
    expect(operators.has(own?.operator ?? '')).toBe(false);
  });

  it('prefixes operators with their domain, except for the default one', () => {
    const graph = readGraph(
      model(
        17,
        input('x', [1]),
        node('Relu', ['x'], ['a'], [], '', 'ai.onnx'),
        node('Fast', ['a'], ['y'], [], '', 'com.microsoft'),
        output('y'),
      ),
    );
    expect(graph.nodes.map((entry) => entry.operator)).toEqual(['Relu', 'com.microsoft:Fast']);
  });

  it('omits trailing missing operands', () => {
    const graph = readGraph(model(17, input('x', [1]), node('Clip', ['x', '', ''], ['y', '']), output('y')));
    expect([graph.nodes[0]?.inputs, graph.nodes[0]?.outputs]).toEqual([['x'], ['y']]);
  });

  it('is sorted topologically', () => {
    const graph = readGraph(model(17, input('x', [1]), node('Exp', ['a'], ['y']), node('Relu', ['x'], ['a']), output('y')));
    expect(nodesOf(graph)).toEqual(['a = Relu(x)', 'y = Exp(a)']);
  });

  it('expands sparse initializers', () => {
    const sparse = encodedMessage(
      15,
      encodedMessage(1, ...tensorFields('w', 1, [2], rawFloats(5, 6))),
      encodedMessage(2, ...tensorFields('i', 7, [2, 2], packedIntegers(7, [0, 1, 1, 2]))),
      packedIntegers(3, [2, 3]),
    );
    const graph = readGraph(model(17, input('x', [2, 3]), sparse, node('Add', ['x', 'w'], ['y']), output('y')));
    expect([...(graph.constants.get('w')?.values() ?? [])]).toEqual([0, 5, 0, 0, 0, 6]);
  });

  it('ignores unused initializers', () => {
    const graph = readGraph(model(17, ...relu, input('unused', [1]), initializer('unused', 14, [1])));
    expect([graph.constants.size, graph.inputs.map((entry) => entry.name)]).toEqual([0, ['x']]);
  });
});

describe('Constant nodes', () => {
  const constant = (attribute: Parameters<typeof node>[3]): unknown => {
    const graph = readGraph(
      model(17, input('x', [1]), node('Constant', [], ['c'], attribute), node('Add', ['x', 'c'], ['y']), output('y')),
    );
    const tensor = graph.constants.get('c');
    return [tensor?.dtype, tensor?.shape, [...(tensor?.values() ?? [])]];
  };
  const sparse = encodedMessage(
    22,
    encodedMessage(1, ...tensorFields('', 1, [1], rawFloats(4))),
    encodedMessage(2, ...tensorFields('', 7, [1], packedIntegers(7, [2]))),
    packedIntegers(3, [3]),
  );

  it.each([
    [
      'value',
      [encodedMessage(5, encodedText(1, 'value'), encodedMessage(5, ...tensorFields('', 1, [1], rawFloats(2))), encodedInteger(20, 4))],
      'float32',
      [1],
      [2],
    ],
    ['value_float', [floatAttribute('value_float', 0.5)], 'float32', [], [0.5]],
    ['value_int', [intAttribute('value_int', -7)], 'int64', [], [-7n]],
    [
      'value_ints',
      [encodedMessage(5, encodedText(1, 'value_ints'), packedIntegers(8, [1, 2]), encodedInteger(20, 7))],
      'int64',
      [2],
      [1n, 2n],
    ],
    [
      'value_floats',
      [encodedMessage(5, encodedText(1, 'value_floats'), encodedFloat(7, 1), encodedFloat(7, 2), encodedInteger(20, 6))],
      'float32',
      [2],
      [1, 2],
    ],
    [
      'value_string',
      [encodedMessage(5, encodedText(1, 'value_string'), encodedText(4, 'hi'), encodedInteger(20, 3))],
      'string',
      [],
      ['hi'],
    ],
    [
      'value_strings',
      [encodedMessage(5, encodedText(1, 'value_strings'), encodedText(9, 'a'), encodedText(9, 'b'), encodedInteger(20, 8))],
      'string',
      [2],
      ['a', 'b'],
    ],
    ['sparse_value', [encodedMessage(5, encodedText(1, 'sparse_value'), sparse, encodedInteger(20, 11))], 'float32', [3], [0, 0, 4]],
  ] as const)('may have %s', (_name, attribute, dtype, shape, values) => {
    expect(constant(attribute)).toEqual([dtype, shape, values]);
  });

  it('need a value', () => {
    expect(refusals(() => constant([]))).toEqual(['operator-invalid: the constant has no value']);
  });
});

it('infers the kind of attributes from their value in old models', () => {
  const old = [
    encodedMessage(5, encodedText(1, 'alpha'), encodedFloat(2, 0.1)),
    encodedMessage(5, encodedText(1, 'axes'), packedIntegers(8, [1])),
  ];
  const graph = readGraph(model(9, input('x', [1]), node('Other', ['x'], ['y'], old, '', 'my.domain'), output('y')));
  expect([...(graph.nodes[0]?.attributes.values() ?? [])].map((entry) => entry.kind)).toEqual(['float', 'ints']);
});

describe('subgraphs', () => {
  const fixture = (name: string): Uint8Array =>
    Uint8Array.from(readFileSync(new URL(`../../../test/fixtures/onnx/${name}`, import.meta.url)));

  it('keep the names from outer scopes', () => {
    const graph = readGraph(fixture('branches.onnx'));
    const branch = graph.nodes[1]?.attributes.get('then_branch');
    expect(nodesOf(graph)).toEqual(['t = Relu(x)', 'y = If(flag)']);
    expect(branch?.kind === 'graph' && [nodesOf(branch.value), [...branch.value.constants.keys()]]).toEqual([
      ['then_y = Mul(t, then_c)'],
      ['then_c'],
    ]);
  });

  it('are upgraded to the newest form', () => {
    const body = graphAttribute(
      'then_branch',
      node('Squeeze', ['x'], ['b'], [encodedMessage(5, encodedText(1, 'axes'), packedIntegers(8, [0]), encodedInteger(20, 7))]),
      output('b'),
    );
    const graph = readGraph(model(11, input('x', [1]), input('c', [], 9), node('If', ['c'], ['y'], [body]), output('y')));
    const branch = graph.nodes[0]?.attributes.get('then_branch');
    expect(branch?.kind === 'graph' && nodesOf(branch.value)).toEqual(['b = Squeeze(x, b/axes)']);
  });

  it('are inlined with functions under unique names', () => {
    const graph = readGraph(fixture('functions.onnx'));
    expect(graph.nodes.map((entry) => `${entry.name} ${entry.operator}`)).toEqual([
      'a/t/t LeakyRelu',
      'a/t/Y Add',
      'a/Y/t LeakyRelu',
      'a/Y/Y Add',
      't/t/t LeakyRelu',
      't/t/Y Add',
      't/Y/t LeakyRelu',
      't/Y/Y Add',
      'limit/Y Clip',
    ]);
    const alphas = graph.nodes.flatMap((entry) => {
      const alpha = entry.attributes.get('alpha');
      return alpha?.kind === 'float' ? [alpha.value] : [];
    });
    expect(alphas).toEqual([0.75, 0.25, 0.5, 0.25]);
    expect(graph.nodes.at(-1)).toMatchObject({ inputs: ['t', '', 'h'], outputs: ['y'] });
    expect(new Set(graph.nodes.flatMap((entry) => entry.outputs)).size).toBe(9);
  });
});

describe('errors', () => {
  it('are collected', () => {
    const bad = model(
      17,
      input('x', [2]),
      initializer('w', 1, [3], rawFloats(1)),
      node('Add', ['x', 'w'], ['a']),
      node('Add', ['a', 'lost'], ['y']),
      output('z'),
    );
    expect(refusals(() => read(bad))).toEqual([
      'file-malformed: the tensor "w" (float [3]) should take 12 bytes, but has 4',
      'file-malformed: the operand "lost" is not produced by any node',
      'file-malformed: the output "z" is not produced by any node',
    ]);
  });

  it('name an unknown operator set', () => {
    expect(refusals(() => read(model(0, ...relu)))).toEqual(['opset-unsupported: the model uses operator set 0; the oldest is 1']);
  });

  it('name values that are not tensors', () => {
    const sequence = encodedMessage(11, encodedText(1, 's'), encodedMessage(2, encodedMessage(4, encodedMessage(1))));
    expect(refusals(() => read(model(17, sequence, node('SequenceLength', ['s'], ['y']), output('y'))))).toEqual([
      'type-unsupported: the input "s" is a sequence; ncnn supports only tensors',
    ]);
  });

  it('name results that would be rounded to types of few bits', () => {
    const zero = initializer('z', 22, [2], encodedBytes(9, Uint8Array.of(0)));
    const scale = initializer('s', 1, [2], rawFloats(1, 1));
    expect(
      refusals(() => read(model(21, input('x', [2]), scale, zero, node('QuantizeLinear', ['x', 's', 'z'], ['y']), output('y')))),
    ).toEqual(['operator-unsupported: the result has type int4, which ncnn does not support']);
  });

  it('name recursive functions', () => {
    const called = encodedMessage(
      25,
      encodedText(1, 'F'),
      encodedText(10, 'local'),
      encodedText(4, 'X'),
      encodedText(5, 'Y'),
      encodedMessage(7, encodedText(1, 'X'), encodedText(2, 'Y'), encodedText(4, 'F'), encodedText(7, 'local')),
    );
    const graph = encodedMessage(7, input('x', [1]), node('F', ['x'], ['y'], [], '', 'local'), output('y'));
    const file = encodeModel(encodedInteger(1, 8), graph, encodedMessage(8, encodedInteger(2, 17)), called);
    expect(refusals(() => read(file))).toEqual(['file-malformed: the function "F" calls itself']);
  });

  it('distinguish a truncated file from another kind of file', () => {
    const whole = model(17, ...relu);
    expect(refusals(() => read(whole.subarray(0, 40)))[0]).toMatch(/^file-truncated: the file ends too early/);
    expect(refusals(() => read(encodeModel(encodedInteger(1, 8), encodedMessage(7, ...relu))))[0]).toMatch(/^file-truncated: /);
    expect(refusals(() => read(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3)))[0]).toMatch(
      /^file-malformed: the file is not an ONNX model/,
    );
    expect(refusals(() => read(encodeModel(encodedInteger(1, 8), encodedMessage(8, encodedInteger(2, 17)))))[0]).toMatch(
      /^file-malformed: .*has no graph/,
    );
    expect(refusals(() => read(new Uint8Array()))).toEqual(['file-truncated: the file is empty, not an ONNX model']);
  });

  it('do not include newer operator sets, which only cause a warning', () => {
    expect(read(model(99, ...relu)).diagnostics).toMatchObject([
      { code: 'opset-newer', severity: 'warning', place: { file: 'net.onnx', opset: 99 } },
    ]);
  });
});
