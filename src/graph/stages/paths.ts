import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { capturedNames } from '../ir/captures.ts';
import type { Graph } from '../ir/graph.ts';

/** Limit on the entries of a displayed path; longer paths show the first and the last ones. */
const shown = 8;

/**
 * Adds to each error the path to its node: an input of the graph, followed by node names. It is the path with the fewest nodes. Long paths
 * have `…` in the middle.
 */
export function withPaths(diagnostics: readonly Diagnostic[], graph: Graph): readonly Diagnostic[] {
  if (!diagnostics.some(isAboutNode)) return diagnostics;
  const paths = findPaths(graph);
  return diagnostics.map((entry) => {
    const path = isAboutNode(entry) ? paths(entry.place.node ?? '') : undefined;
    return path === undefined ? entry : { ...entry, place: { ...entry.place, path } };
  });
}

function isAboutNode({ severity, place }: Diagnostic): boolean {
  return severity === 'error' && place.node !== undefined;
}

interface Step {
  readonly name: string;
  readonly before: Step | undefined;
  readonly length: number;
}

function findPaths(graph: Graph): (node: string) => readonly string[] | undefined {
  const values = new Map<string, Step>();
  const nodes = new Map<string, Step>();
  for (const { name } of graph.inputs) if (!graph.constants.has(name)) values.set(name, { name, before: undefined, length: 1 });
  for (const node of graph.nodes) {
    let before: Step | undefined;
    for (const operand of [...node.inputs, ...capturedNames(node)]) {
      const step = values.get(operand);
      if (step !== undefined && (before === undefined || step.length < before.length)) before = step;
    }
    if (before === undefined) continue;
    const step = { name: node.name, before, length: before.length + 1 };
    nodes.set(node.name, step);
    for (const output of node.outputs) if (output !== '') values.set(output, step);
  }
  return (name) => {
    const names: string[] = [];
    for (let step = nodes.get(name); step !== undefined; step = step.before) names.push(step.name);
    names.reverse();
    if (names.length === 0) return undefined;
    return names.length <= shown ? names : [...names.slice(0, shown / 2), '…', ...names.slice(-shown / 2)];
  };
}
