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

/** The strides of whole models are powers of two. */
const multiples = [2, 4, 8, 16, 32, 64, 128];
const leastSize = 8;

/**
 * Replaces diagnostics about mismatched shapes by one diagnostic per input, if sizes that work are known: multiples of a number (an image
 * of 300 by 300 has halves that a decoder cannot join again), or the sizes that the model declares.
 */
export function withFittingSizes(
  diagnostics: readonly Diagnostic[],
  graph: Graph,
  declared: readonly GraphInput[],
  budget: Budget,
): readonly Diagnostic[] {
  const unfit = diagnostics.find(({ code }) => code === 'operator-invalid');
  if (unfit === undefined) return diagnostics;
  const fits = (sizes: readonly SizedAxis[]): boolean =>
    !inferAndFold(resized(graph, sizes), undefined, budget).diagnostics.some(({ code }) => code === 'operator-invalid');
  const found = fittingMultiples(graph, fits, unfit) ?? fittingDeclared(graph, declared, fits, unfit);
  return found === undefined ? diagnostics : [...found, ...diagnostics.filter(({ code }) => code !== 'operator-invalid')];
}

type Fits = (sizes: readonly SizedAxis[]) => boolean;

function fittingMultiples(graph: Graph, fits: Fits, unfit: Diagnostic): readonly Diagnostic[] | undefined {
  const axes = graph.inputs.flatMap((input) => (graph.constants.has(input.name) ? [] : planeAxes(input)));
  for (const multiple of multiples) {
    const rounded = axes.flatMap((each) => (each.size % multiple === 0 ? [] : [{ ...each, size: nextMultiple(each.size, multiple) }]));
    if (rounded.length === 0 || !fits(rounded) || !fits(rounded.map((each) => ({ ...each, size: each.size + multiple })))) continue;
    const takes = { sizes: `multiples of ${multiple}`, hint: `Give multiples of ${multiple}.` };
    return graph.inputs.flatMap((input) => unfitSizes(input, neededOf(rounded, fits), takes, unfit));
  }
  return undefined;
}

/** The sizes that the model declares, if others were requested and do not fit. */
function fittingDeclared(graph: Graph, declared: readonly GraphInput[], fits: Fits, unfit: Diagnostic): readonly Diagnostic[] | undefined {
  const replaced = graph.inputs.flatMap(({ name, type }, index) =>
    (declared[index]?.type.shape ?? []).flatMap((size, axis) =>
      typeof size === 'number' && type.shape?.[axis] !== size ? [{ input: name, axis, size }] : [],
    ),
  );
  if (replaced.length === 0 || !fits(replaced)) return undefined;
  const needed = neededOf(replaced, fits);
  return graph.inputs.flatMap((input) => {
    const sizes = needed.flatMap((each) => (each.input === input.name ? [each.size] : [])).join(' and ');
    return unfitSizes(input, needed, { sizes, hint: 'Use the size that the model declares.' }, unfit);
  });
}

/** The axes whose sizes must change; all of them if each one can be left out. */
function neededOf(sizes: readonly SizedAxis[], fits: Fits): readonly SizedAxis[] {
  const needed = sizes.filter((each) => !fits(sizes.filter((other) => other !== each)));
  return needed.length === 0 ? sizes : needed;
}

/** The spatial axes of an image, or the length of a sequence. */
function planeAxes({ name, type: { shape = [] } }: GraphInput): readonly SizedAxis[] {
  const first = shape.length === 3 ? 1 : 2;
  return shape.flatMap((size, axis) =>
    shape.length >= 3 && axis >= first && typeof size === 'number' && size >= leastSize ? [{ input: name, axis, size }] : [],
  );
}

function nextMultiple(size: number, of: number): number {
  return Math.ceil(size / of) * of;
}

/** The graph with other input sizes, and without its declared types of other values. */
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

/** The sizes that a model accepts in place of those that do not fit. */
interface TakenSizes {
  readonly sizes: string;
  readonly hint: string;
}

function unfitSizes({ name, type }: GraphInput, chosen: readonly SizedAxis[], takes: TakenSizes, unfit: Diagnostic): readonly Diagnostic[] {
  const axes = chosen.filter(({ input }) => input === name);
  if (axes.length === 0) return [];
  const shape = type.shape ?? [];
  const actual = axes.map(({ axis }) => `${shape[axis]} on axis ${axis}`).join(' and ');
  const dims = shape.map((size, axis) => axes.find((each) => each.axis === axis)?.size ?? (typeof size === 'number' ? size : -1));
  const message = `the input "${name}" has ${actual}, expected ${takes.sizes}`;
  return [diagnostic('shape-mismatch', message, { hint: takes.hint, advice: [{ option: 'shape', input: name, dims }] }, unfit.place)];
}
