import type { GraphEditor } from '../ir/editor.ts';
import { makeNode, type Node } from '../ir/graph.ts';
import type { AxisMap, Order } from '../ir/layoutRule.ts';
import { Tensor } from '../ir/tensor.ts';
import type { GraphWriter } from '../ir/writer.ts';
import { followedBy, inverse, isIdentity, orderWithin, reordered } from './order.ts';
import type { LayoutPlan } from './planLayouts.ts';
import type { LayoutRegion, Member } from './region.ts';

/**
 * Computes the members of each region in the other layout. A value in the original layout keeps its name and comes from a Transpose, which
 * is removed if only the other layout is needed. Transposes that cancel each other are left to other rewrites.
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
  /** Values that exist in the other layout, and the remaining permutation to the layout of the region. */
  readonly #transposed = new Map<string, { readonly form: string; readonly remaining: Order }>();

  constructor({ orders }: LayoutRegion) {
    this.#orders = orders;
  }

  /** Emits a node with permuted operands; returns its outputs in the original layout. */
  emit(edit: GraphWriter, node: Node, member: Member): readonly (string | undefined)[] {
    const { rule, order } = member;
    const change = rule.change(order);
    const inputs = node.inputs.map((value, at) => this.#operand(edit, value, rule.inputs[at], member));
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
      const own = orderWithin(order, rule.outputs[at] ?? []);
      if (output === undefined || isIdentity(own)) return output;
      const known = this.#orders.get(value) ?? own;
      this.#transposed.set(value, { form: output, remaining: followedBy(inverse(own), known) });
      return edit.transpose(output, inverse(own));
    });
  }

  #operand(edit: GraphWriter, value: string, map: AxisMap | undefined, { rule, order }: Member): string {
    if (map === undefined || value === '') return value;
    const own = orderWithin(order, map);
    const added = rule.broadcasts ? order.flatMap((axis, place) => (map.includes(axis) ? [] : [place])) : [];
    const tensor = edit.constantOf(value);
    if (tensor !== undefined) {
      const sizes = order.flatMap((axis) => (map.includes(axis) ? [tensor.shape[map.indexOf(axis)] ?? 1] : added.length > 0 ? [1] : []));
      return tensor.size === 1 ? value : edit.constant(reordered(tensor, own).reshape(sizes));
    }
    const form = this.#read(edit, value, own);
    // Leading axes of size 1 are added by broadcasting.
    return added.every((place, count) => place === count) ? form : edit.emit('Unsqueeze', [form, edit.constant(Tensor.int64(added))]);
  }

  /** A value in the layout that a member reads. */
  #read(edit: GraphWriter, value: string, order: Order): string {
    const known = this.#orders.get(value) ?? order;
    if (isIdentity(order) && isIdentity(known)) return value;
    const present = this.#transposed.get(value) ?? { form: value, remaining: known };
    const form = edit.transpose(present.form, present.remaining);
    this.#transposed.set(value, { form, remaining: known.map((_, axis) => axis) });
    // The remaining difference is only in axes of size 1.
    return edit.transpose(form, followedBy(inverse(known), order));
  }
}
