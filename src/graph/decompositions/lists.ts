import type { GraphBuilder } from '../ir/builder.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';
import { Tensor } from '../ir/tensor.ts';

/** More entries would give nets that are too large to use. */
const maxEntries = 1024;

/**
 * Sequences whose length is known at conversion time, and optional values. ncnn only has tensors: operators that create a sequence become a
 * `SequenceConstruct`, whose type lists its values, and operators that read a sequence use these values.
 */
export const lists: Decomposition = {
  name: 'lists',
  operators: [
    'Identity',
    'SequenceEmpty',
    'SequenceInsert',
    'SequenceErase',
    'SequenceAt',
    'SequenceLength',
    'SequenceMap',
    'SplitToSequence',
    'ConcatFromSequence',
    'Optional',
    'OptionalGetElement',
    'OptionalHasElement',
  ],
  decompose: (node, edit) => {
    switch (node.operator) {
      case 'Identity':
        return copied(node, edit);
      case 'SequenceEmpty':
        return edit.emit('SequenceConstruct', []);
      case 'SequenceInsert': {
        const entries = [...entriesOf(node)];
        entries.splice(position(node, 2, entries.length, true), 0, node.input(1).name);
        return edit.emit('SequenceConstruct', entries);
      }
      case 'SequenceErase': {
        const entries = [...entriesOf(node)];
        entries.splice(position(node, 1, entries.length), 1);
        return edit.emit('SequenceConstruct', entries);
      }
      case 'SequenceAt': {
        const entries = entriesOf(node);
        return edit.emit('Identity', [entries[position(node, 1, entries.length)] ?? '']);
      }
      case 'SequenceLength':
        return edit.constant(Tensor.int64([entriesOf(node).length], []));
      case 'SequenceMap':
        return mapped(node, edit);
      case 'SplitToSequence':
        return split(node, edit);
      case 'ConcatFromSequence':
        return joined(node, edit);
      case 'OptionalHasElement':
        return edit.constant(Tensor.of('bool', [], Uint8Array.of(node.optionalInput(0) === undefined ? 0 : 1)));
      default:
        // An optional that has a value is that value.
        if (node.inputCount === 0) throw new OperatorError('unsupported', 'the optional has no value; ncnn does not support optionals');
        return copied(node, edit) ?? node.input(0).name;
    }
  },
};

/** The values in the sequence of the first operand. */
function entriesOf(node: OperatorNode): readonly string[] {
  const { sequence, name } = node.input(0);
  if (sequence !== undefined) return sequence;
  throw new OperatorError('unsupported', `the tensors of the sequence "${name}" are dynamic; ncnn does not support sequences`);
}

/** An index into a sequence, which may count from the end; `length` or `length - 1` if the operand is omitted. */
function position(node: OperatorNode, operand: number, length: number, end = false): number {
  const index = node.constantIntegers(operand)?.[0];
  const place = index === undefined ? (end ? length : length - 1) : index < 0 ? index + length : index;
  if (place < 0 || place > length || (place === length && !end)) {
    throw new OperatorError('invalid', `the sequence has ${length} entries, so none at ${index ?? 'its end'}`);
  }
  return place;
}

function copied(node: OperatorNode, edit: GraphBuilder): string | undefined {
  const { sequence } = node.input(0);
  if (sequence === undefined) return undefined;
  return edit.emit('SequenceConstruct', sequence);
}

/** Repeats the body for each entry; other sequence operands are read entry by entry. */
function mapped(node: OperatorNode, edit: GraphBuilder): readonly string[] {
  const body = node.graph('body');
  if (body === undefined) throw new OperatorError('invalid', 'the body is missing');
  const count = entriesOf(node).length;
  checkCount(count * body.nodes.length);
  const rounds = Array.from({ length: count }, (_, round) =>
    edit.inline(
      body,
      node.inputs().map(({ sequence, name }) => (sequence === undefined ? name : (sequence[round] ?? ''))),
    ),
  );
  return body.outputs.map((_, index) =>
    edit.emit(
      'SequenceConstruct',
      rounds.map((results) => results[index] ?? ''),
    ),
  );
}

/** Splits one axis: into the given sizes, into equal sizes with a smaller last one, or into single entries. */
function split(node: OperatorNode, edit: GraphBuilder): string {
  const { name } = node.input(0);
  const shape = node.shape(0);
  const axis = node.axis(node.int('axis', 0), shape.length);
  const size = shape[axis];
  if (typeof size !== 'number') throw new OperatorError('shape', 'the split axis is dynamic');
  const sizes = pieces(node, size);
  checkCount(sizes.length);
  // The axis may be removed only if no sizes are given.
  const drops = node.optionalInput(1) === undefined && node.int('keepdims', 1) === 0;
  let start = 0;
  const parts = sizes.map((length) => {
    start += length;
    const part = edit.slice(name, axis, start - length, start);
    return drops ? edit.emit('Squeeze', [part, edit.integers([axis])]) : part;
  });
  return edit.emit('SequenceConstruct', parts);
}

function pieces(node: OperatorNode, size: number): readonly number[] {
  const sizes = node.constantIntegers(1);
  const chunk = sizes === undefined ? 1 : node.shape(1).length === 0 ? sizes[0] : undefined;
  if (chunk === undefined) return sizes ?? [];
  if (chunk < 1) throw new OperatorError('invalid', `a chunk size of ${chunk} is not valid`);
  checkCount(Math.ceil(size / chunk));
  return Array.from({ length: Math.ceil(size / chunk) }, (_, index) => Math.min(chunk, size - index * chunk));
}

function joined(node: OperatorNode, edit: GraphBuilder): string {
  const entries = entriesOf(node);
  const axis = node.int('axis');
  if (entries.length === 0) throw new OperatorError('invalid', 'an empty sequence cannot be concatenated');
  if (node.int('new_axis', 0) === 0) return edit.emit('Concat', entries, { axis });
  const placed = entries.map((entry) => edit.unsqueeze(entry, [axis]));
  return edit.emit('Concat', placed, { axis });
}

function checkCount(count: number): void {
  if (count > maxEntries) throw new OperatorError('limit', `${count} entries of a sequence are too many to unroll`);
}
