import { describe, expect, it } from 'vitest';
import { graphRules } from '../decompositions/index.ts';
import { GraphEditor } from './editor.ts';
import { type Graph, makeNode, type Node } from './graph.ts';
import { OperatorError } from './operator.ts';
import type { Results } from './rules.ts';
import { Tensor } from './tensor.ts';
import { graphOf } from './testing.ts';
import type { GraphWriter } from './writer.ts';

function open(...parts: Parameters<typeof graphOf>): GraphEditor {
  const graph = graphOf(...parts);
  const editor = new GraphEditor(graph, { rules: graphRules() });
  for (const node of graph.nodes) editor.add(node);
  return editor;
}

function nodeOf(editor: GraphEditor, value: string): Node {
  const node = editor.index.producer(value);
  if (node === undefined) throw new Error(`nothing produces ${value}`);
  return node;
}

const listed = ({ nodes }: Graph): readonly string[] => nodes.map(({ operator, inputs, outputs }) => `${operator} ${inputs} > ${outputs}`);

describe('add', () => {
  it('infers types', () => {
    const editor = open({ x: ['n', 3] }, [makeNode('Transpose', ['x'], ['y'], { perm: [1, 0] })], ['y']);
    expect(editor.typeOf('y')).toEqual({ dtype: 'float32', shape: [3, 'n'] });
  });

  it('folds nodes that depend on constants only', () => {
    const editor = open({ x: [2] }, [makeNode('Add', ['a', 'a'], ['b']), makeNode('Mul', ['x', 'b'], ['y'])], ['y'], {
      a: Tensor.float32([1, 2]),
    });
    expect(listed(editor.graph())).toEqual(['Mul x,b > y']);
    expect([...(editor.constantOf('b')?.toFloat32() ?? [])]).toEqual([2, 4]);
  });

  it('takes the branch of an If with a constant condition', () => {
    const branch = (operator: string): Graph => ({ ...graphOf({}, [makeNode(operator, ['x'], ['r'])], ['r']) });
    const attributes = {
      then_branch: { kind: 'graph', value: branch('Neg') },
      else_branch: { kind: 'graph', value: branch('Abs') },
    } as const;
    const node = makeNode('If', ['c'], ['y'], attributes, 'choice');
    const editor = open({ x: [2] }, [node], ['y'], { c: Tensor.of('bool', [], Uint8Array.of(0)) });
    expect(listed(editor.graph())).toEqual(['Abs x > choice/r', 'Identity choice/r > y']);
  });

  it('names decomposed nodes after the node and the last one by its output', () => {
    const node = makeNode('com.microsoft:BiasGelu', ['x', 'b'], ['y'], {}, 'gate');
    const editor = open({ x: [2, 4] }, [node], ['y'], { b: Tensor.float32([1, 2, 3, 4]) });
    expect(listed(editor.graph())).toEqual(['Add x,b > gate/Add', 'Gelu gate/Add > y']);
    expect(nodeOf(editor, 'y').name).toBe('gate');
  });

  it('keeps a node whose decomposition is rejected and reports why', () => {
    const node = makeNode('TopK', ['x', 'k'], ['v', 'i'], {}, 'top');
    const graph = graphOf({ x: ['n'] }, [node], ['v', 'i'], { k: Tensor.int64([1]) });
    const editor = new GraphEditor(graph, { rules: graphRules() });
    editor.add(node);
    expect(editor.graph().nodes).toEqual([node]);
    expect(editor.refusals.get('top')?.reason).toBe('shape');
  });

  it('throws when a node breaks the rules of its operator', () => {
    expect(() => open({ x: [2], z: [3] }, [makeNode('Add', ['x', 'z'], ['y'])], ['y'])).toThrow(OperatorError);
  });

  it('infers nothing without rules and looks up outer values', () => {
    const outer = open({ x: [2, 3] }, [], ['x']);
    const inner = new GraphEditor(graphOf({}, [], ['y']), { outer: outer.index });
    inner.add(makeNode('Relu', ['x'], ['y']));
    expect(inner.typeOf('x')?.shape).toEqual([2, 3]);
    expect(inner.typeOf('y')).toBeUndefined();
  });
});

describe('replace', () => {
  const relu = (operands: Readonly<Record<string, readonly number[]>> = { x: [2, 3] }): GraphEditor =>
    open(operands, [makeNode('Relu', ['x'], ['r'], {}, 'first'), makeNode('Neg', ['r'], ['y'])], ['y']);
  const replaced = (editor: GraphEditor, build: (edit: GraphWriter) => Results | undefined): boolean =>
    editor.replace(nodeOf(editor, 'r'), build);

  it('keeps the output names and the node name', () => {
    const editor = relu();
    expect(replaced(editor, (edit) => edit.emit('Sigmoid', [edit.emit('Abs', ['x'])]))).toBe(true);
    expect(listed(editor.graph())).toEqual(['Abs x > first/Abs', 'Sigmoid first/Abs > r', 'Neg r > y']);
    expect(nodeOf(editor, 'r').name).toBe('first');
  });

  it('rejects a result of another shape without a trace', () => {
    const editor = relu();
    const before = editor.graph();
    expect(replaced(editor, (edit) => edit.transpose(edit.emit('Relu', ['x']), [1, 0]))).toBe(false);
    expect(replaced(editor, (edit) => edit.unsqueeze('x', [0]))).toBe(false);
    expect(editor.graph()).toEqual(before);
  });

  it('rejects a result of another dtype', () => {
    expect(replaced(relu(), (edit) => edit.emit('Cast', ['x'], { to: 'int32' }))).toBe(false);
  });

  it('rejects a replacement without an output that is read', () => {
    expect(replaced(relu(), () => [undefined])).toBe(false);
  });

  it('restores the graph when emitting throws', () => {
    const editor = relu({ x: [2, 3], z: [5] });
    const before = editor.graph();
    expect(replaced(editor, (edit) => edit.emit('Add', [edit.emit('Abs', ['x']), 'z']))).toBe(false);
    expect(editor.graph()).toEqual(before);
    const fault = (edit: GraphWriter): never => {
      edit.emit('Abs', ['x']);
      throw new TypeError('a fault of the rewrite');
    };
    expect(() => replaced(editor, fault)).toThrow('a fault of the rewrite');
    expect(editor.graph()).toEqual(before);
  });

  it('removes unused nodes', () => {
    const editor = open({ x: [2] }, [makeNode('Exp', ['x'], ['e']), makeNode('Log', ['e'], ['y'])], ['y']);
    expect(editor.replace(nodeOf(editor, 'y'), () => 'x')).toBe(true);
    expect(listed(editor.graph())).toEqual(['Identity x > y']);
  });

  it('folds new constants', () => {
    const editor = relu();
    const zeros = Tensor.of('float32', [2, 3], new Float32Array(6));
    expect(replaced(editor, (edit) => edit.constant(zeros))).toBe(true);
    expect(editor.graph().nodes).toEqual([]);
    expect(editor.constantOf('y')?.size).toBe(6);
  });

  it('propagates newly known sizes', () => {
    const editor = open({ x: ['n', 'm'] }, [makeNode('Relu', ['x'], ['r']), makeNode('Transpose', ['r'], ['y'])], ['y']);
    expect(replaced(editor, (edit) => edit.reshape('x', [4, 5]))).toBe(true);
    expect(editor.typeOf('y')?.shape).toEqual([5, 4]);
  });
});

it('has constant cost per node', () => {
  const count = 20_000;
  const nodes = Array.from({ length: count }, (_, index) => makeNode('Relu', [index === 0 ? 'x' : `v${index - 1}`], [`v${index}`]));
  const editor = open({ x: [4] }, nodes, [`v${count - 1}`]);
  for (const { node } of editor.index.nodes.entries()) editor.replace(node, (edit) => edit.emit('Abs', node.inputs));
  expect(editor.graph().nodes).toHaveLength(count);
});
