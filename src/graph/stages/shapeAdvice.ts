import type { Advice, ShapeAdvice } from '../../diagnostics/advice.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { cutBefore } from '../../diagnostics/remedies.ts';
import type { Shape } from '../ir/dimension.ts';
import type { Graph, GraphInput } from '../ir/graph.ts';

/**
 * Adds the inputs of the graph to diagnostics that advise to fix shapes: those with dynamic axes, with the sizes that the model knows and
 * examples for the others. If no input has dynamic axes, they arise inside the graph, which has to be cut.
 */
export function withShapes(diagnostics: readonly Diagnostic[], graph: Graph): readonly Diagnostic[] {
  const shapes = graph.inputs.filter(({ name, type }) => !graph.constants.has(name) && isFree(type)).map(exampleFor);
  return diagnostics.map((entry) => {
    if (!entry.advice.some(isOpen)) return entry;
    const advice = entry.advice.flatMap((option) => (isOpen(option) ? shapes : option));
    return advice.length === 0 && entry.code === 'shape-unknown' ? { ...entry, ...cutBefore } : { ...entry, advice };
  });
}

/** Whether an advice asks for shapes without naming an input. */
function isOpen(advice: Advice): boolean {
  return advice.option === 'shape' && advice.input === undefined;
}

function isFree({ shape }: GraphInput['type']): boolean {
  return shape?.some((size) => typeof size === 'string') ?? true;
}

function exampleFor({ name, type }: GraphInput): ShapeAdvice {
  const shape = type.shape ?? ['batch', 3, 'height', 'width'];
  const dims = shape.map((size, axis) => (typeof size === 'number' ? size : exampleSize(axis, shape)));
  return { option: 'shape', input: name, dims, isExample: true };
}

/** For example a batch of 1, an image of 224 by 224, a sequence of 16. */
function exampleSize(axis: number, shape: Shape): number {
  if (axis === 0) return 1;
  const pixels = shape[3] === 3 || shape[3] === 1 ? [1, 2] : [2, 3];
  return shape.length === 4 && pixels.includes(axis) ? 224 : 16;
}
