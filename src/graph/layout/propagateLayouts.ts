import type { GraphEditor } from '../ir/editor.ts';
import { makeNode, type Node } from '../ir/graph.ts';
import type { AxisMap, Order } from '../ir/layoutRule.ts';
import { Tensor } from '../ir/tensor.ts';
import type { GraphWriter } from '../ir/writer.ts';
import { followedBy, inverse, isIdentity, orderWithin, reordered } from './order.ts';
import type { LayoutPlan } from './planLayouts.ts';
import type { LayoutRegion, Member } from './region.ts';

/**
 * Computes the members of each region in the other order. Values keep their names in the form they had, behind a Transpose; where only
 * the other form is needed, that disappears. The Transposes that undo each other afterwards are left for other rewrites.
 */
export function propagateLayouts(editor: GraphEditor, changes: readonly LayoutPlan[]): void {
  const members = new Map<Node, { readonly change: RegionChange; readonly member: Member }>();
  for (const { region, members: chosen } of changes) {
    const change = new RegionChange(region);
    for (const node of chosen) {
      const member = region.members.get(node);
      if (member !== undefined) members.set(node, { change, member });
    }
  }
  for (const { node } of editor.index.nodes.entries()) {
    const found = members.get(node);
    if (found !== undefined) editor.replace(node, (edit) => found.change.emit(edit, node, found.member));
  }
}

class RegionChange {
  readonly #orders: LayoutRegion['orders'];
  /** Values that there are in the other form, and what is to be done to it for the order of the region. */
  readonly #transposed = new Map<string, { readonly form: string; readonly remaining: Order }>();

  constructor({ orders }: LayoutRegion) {
    this.#orders = orders;
  }

  /** The node over operands in its order; returns its outputs in the order they had. */
  emit(edit: GraphWriter, node: Node, member: Member): readonly (string | undefined)[] {
    const { passage, order } = member;
    const change = passage.change(order);
    const inputs = node.inputs.map((value, at) => this.#operand(edit, value, passage.inputs[at], member));
    for (const [at, value] of change.constants ?? []) {
      while (inputs.length < at) inputs.push('');
      inputs[at] = edit.constant(value);
    }
    const { attributes } = makeNode('', [], [], change.attributes);
    const outputs = edit.emitLike(node, {
      name: node.name,
      operator: change.operator ?? node.operator,
      inputs,
      attributes: change.operator === undefined ? new Map([...node.attributes, ...attributes]) : attributes,
    });
    return node.outputs.map((value, at) => {
      const output = outputs[at];
      const own = orderWithin(order, passage.outputs[at] ?? []);
      if (output === undefined || isIdentity(own)) return output;
      const known = this.#orders.get(value) ?? own;
      this.#transposed.set(value, { form: output, remaining: followedBy(inverse(own), known) });
      return edit.transpose(output, inverse(own));
    });
  }

  #operand(edit: GraphWriter, value: string, map: AxisMap | undefined, { passage, order }: Member): string {
    if (map === undefined || value === '') return value;
    const own = orderWithin(order, map);
    const added = passage.broadcasts ? order.flatMap((axis, place) => (map.includes(axis) ? [] : [place])) : [];
    const tensor = edit.constantOf(value);
    if (tensor !== undefined) {
      const sizes = order.flatMap((axis) => (map.includes(axis) ? [tensor.shape[map.indexOf(axis)] ?? 1] : added.length > 0 ? [1] : []));
      return tensor.size === 1 ? value : edit.constant(reordered(tensor, own).reshape(sizes));
    }
    const form = this.#read(edit, value, own);
    // Leading axes of size 1 go without saying.
    return added.every((place, count) => place === count) ? form : edit.emit('Unsqueeze', [form, edit.constant(Tensor.int64(added))]);
  }

  /** A value in the order that a member reads it in. */
  #read(edit: GraphWriter, value: string, order: Order): string {
    const known = this.#orders.get(value) ?? order;
    if (isIdentity(order) && isIdentity(known)) return value;
    const present = this.#transposed.get(value) ?? { form: value, remaining: known };
    const form = edit.transpose(present.form, present.remaining);
    this.#transposed.set(value, { form, remaining: known.map((_, axis) => axis) });
    // What differs are places of axes of size 1.
    return edit.transpose(form, followedBy(inverse(known), order));
  }
}
