import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { formatQueryParameters } from '../../options/queryParameters.ts';
import type { Shape } from './dimension.ts';
import type { Graph, GraphInput } from './graph.ts';

/** What helps where a free axis forbids something; {@link withShapes} puts in the inputs of the graph. */
export const shapeHint = 'Fix the shapes of the inputs with `shape=NAME:1,3,224,224`.';

const placeholder = /`shape=NAME:[^`]*`/g;

/**
 * Hints that ask for the shape of some input name those of the graph that have free axes, as `shape=x:1,3,224,224`, ready to be
 * pasted: sizes the model knows are its own, those of free axes are examples.
 */
export function withShapes(diagnostics: readonly Diagnostic[], graph: Graph): readonly Diagnostic[] {
  const free = graph.inputs.filter(({ name, type }) => !graph.constants.has(name) && isFree(type));
  if (free.length === 0) return diagnostics;
  const advice = `\`${formatQueryParameters('shape', free.map(exampleOf))}\``;
  return diagnostics.map((entry) => {
    const hint = entry.hint.replace(placeholder, () => advice);
    return hint === entry.hint ? entry : { ...entry, hint: `${hint} The sizes of free axes are examples.` };
  });
}

function isFree({ shape }: GraphInput['type']): boolean {
  return shape?.some((size) => typeof size === 'string') ?? true;
}

function exampleOf({ name, type }: GraphInput): string {
  const shape = type.shape ?? ['batch', 3, 'height', 'width'];
  return `${name}:${shape.map((size, axis) => (typeof size === 'number' ? size : exampleSize(axis, shape))).join(',')}`;
}

/** A batch of 1, an image of 224 by 224, a sequence of 16. */
function exampleSize(axis: number, shape: Shape): number {
  if (axis === 0) return 1;
  const pixels = shape[3] === 3 || shape[3] === 1 ? [1, 2] : [2, 3];
  return shape.length === 4 && pixels.includes(axis) ? 224 : 16;
}
