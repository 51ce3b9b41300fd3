import type { Budget } from '../budget/budget.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Graph, GraphInput } from '../graph/ir/graph.ts';
import { inferAndFold } from '../graph/stages/infer.ts';

/** An axis of an input whose size may not suit the model. */
interface SizedAxis {
  readonly input: string;
  readonly axis: number;
  readonly size: number;
}

/** Strides of whole models are powers of two. */
const multiples = [2, 4, 8, 16, 32, 64, 128];
const leastSize = 8;

/**
 * The diagnostics with one for each input in the place of those about shapes that do not fit, where the model takes multiples of a number only:
 * an image of 300 by 300 makes halves that a decoder cannot put together again.
 */
export function withFittingSizes(diagnostics: readonly Diagnostic[], graph: Graph, budget: Budget): readonly Diagnostic[] {
  const unfit = diagnostics.find(({ code }) => code === 'operator-invalid');
  if (unfit === undefined) return diagnostics;
  const axes = graph.inputs.flatMap((input) => (graph.constants.has(input.name) ? [] : planeAxes(input)));
  const fits = (sizes: readonly SizedAxis[]): boolean =>
    !inferAndFold(resized(graph, sizes), undefined, budget).diagnostics.some(({ code }) => code === 'operator-invalid');
  for (const multiple of multiples) {
    const rounded = axes.flatMap((each) => (each.size % multiple === 0 ? [] : [{ ...each, size: nextMultiple(each.size, multiple) }]));
    if (rounded.length === 0 || !fits(rounded) || !fits(rounded.map((each) => ({ ...each, size: each.size + multiple })))) continue;
    const needed = rounded.filter((each) => !fits(rounded.filter((other) => other !== each)));
    const chosen = needed.length === 0 ? rounded : needed;
    const others = diagnostics.filter(({ code }) => code !== 'operator-invalid');
    return [...graph.inputs.flatMap((input) => unfitSizes(input, chosen, multiple, unfit)), ...others];
  }
  return diagnostics;
}

/** The axes of the plane of an image, or the length of a sequence. */
function planeAxes({ name, type: { shape = [] } }: GraphInput): readonly SizedAxis[] {
  const first = shape.length === 3 ? 1 : 2;
  return shape.flatMap((size, axis) =>
    shape.length >= 3 && axis >= first && typeof size === 'number' && size >= leastSize ? [{ input: name, axis, size }] : [],
  );
}

function nextMultiple(size: number, of: number): number {
  return Math.ceil(size / of) * of;
}

/** The graph with other sizes of its inputs, and without what it declares of other values. */
function resized(graph: Graph, sizes: readonly SizedAxis[]): Graph {
  const inputs = graph.inputs.map((input): GraphInput => {
    const shape = input.type.shape?.map(
      (size, axis) => sizes.find((each) => each.input === input.name && each.axis === axis)?.size ?? size,
    );
    return { ...input, type: { ...input.type, shape } };
  });
  const types = new Map([...graph.types].map(([name, type]) => [name, { ...type, shape: undefined }]));
  return { ...graph, inputs, types };
}

function unfitSizes({ name, type }: GraphInput, chosen: readonly SizedAxis[], multiple: number, unfit: Diagnostic): readonly Diagnostic[] {
  const axes = chosen.filter(({ input }) => input === name);
  if (axes.length === 0) return [];
  const shape = type.shape ?? [];
  const given = axes.map(({ axis }) => `${shape[axis]} on axis ${axis}`).join(' and ');
  const dims = shape.map((size, axis) => axes.find((each) => each.axis === axis)?.size ?? (typeof size === 'number' ? size : -1));
  const message = `the input "${name}" has ${given}; the model takes multiples of ${multiple} there`;
  const remedy = { hint: `Give multiples of ${multiple}.`, advice: [{ option: 'shape', input: name, dims }] } as const;
  return [diagnostic('shape-mismatch', message, remedy, unfit.place)];
}
