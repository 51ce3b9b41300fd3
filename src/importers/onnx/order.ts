import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { capturedNames } from '../../graph/ir/captures.ts';
import type { Node } from '../../graph/ir/graph.ts';

export interface Ordered {
  readonly nodes: readonly Node[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Sorts the nodes topologically and reports errors in their names: values assigned twice, operands that no node produces, cycles. Nodes
 * already in order stay in place; others move up only as far as needed.
 *
 * `available` tells whether a name has a value before any node runs (inputs, constants). `nested` graphs may also use names of the graphs
 * around them, which are checked there.
 */
export function orderNodes(nodes: readonly Node[], available: (name: string) => boolean, nested: boolean): Ordered {
  const diagnostics: Diagnostic[] = [];
  const producers = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    for (const output of node.outputs) {
      if (output === '') continue;
      if (available(output) || producers.has(output)) diagnostics.push(assignedTwice(node, output));
      else producers.set(output, index);
    }
  }

  const operands = nodes.map((node) => [...new Set([...node.inputs, ...capturedNames(node)])].filter((name) => name !== ''));
  for (const [index, node] of nodes.entries()) {
    for (const operand of operands[index] ?? []) {
      if (!nested && !producers.has(operand) && !available(operand)) diagnostics.push(producedByNothing(node, operand));
    }
  }

  const ordered: Node[] = [];
  const state = new Uint8Array(nodes.length);
  // Depth-first search with an explicit stack: graphs can be deeper than the call stack.
  const stack: number[] = [];
  for (const start of nodes.keys()) {
    if (state[start] === done) continue;
    stack.push(start);
    for (let index = stack.at(-1); index !== undefined; index = stack.at(-1)) {
      const node = nodes[index];
      if (node === undefined || state[index] === done) {
        stack.pop();
        continue;
      }
      const missing = (operands[index] ?? [])
        .map((name) => producers.get(name))
        .filter((producer): producer is number => producer !== undefined && state[producer] !== done);
      if (missing.length === 0) {
        state[index] = done;
        ordered.push(node);
        stack.pop();
      } else if (missing.some((producer) => state[producer] === entered) || missing.includes(index)) {
        return { nodes, diagnostics: [...diagnostics, circular(node)] };
      } else {
        state[index] = entered;
        for (const producer of missing.reverse()) stack.push(producer);
      }
    }
  }
  return { nodes: ordered, diagnostics };
}

const entered = 1;
const done = 2;

const checkHint = 'Check the model with onnx.checker, or export it again.';

function assignedTwice(node: Node, output: string): Diagnostic {
  return diagnostic('file-malformed', `the value "${output}" is assigned twice`, checkHint, { node: node.name, operator: node.operator });
}

function producedByNothing(node: Node, operand: string): Diagnostic {
  return diagnostic('file-malformed', `the operand "${operand}" is not produced by any node`, checkHint, {
    node: node.name,
    operator: node.operator,
  });
}

function circular(node: Node): Diagnostic {
  return diagnostic('file-malformed', 'the node depends on its own result', checkHint, { node: node.name, operator: node.operator });
}
