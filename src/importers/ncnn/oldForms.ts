import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { fixShapes } from '../../diagnostics/remedies.ts';
import { numberParam } from '../../net/layers/params.ts';
import { permuteType } from '../../net/layers/permuteOrder.ts';
import { isSizes } from '../../net/layers/shapeRule.ts';
import { shapesOfTops } from '../../net/layers/shapesOfTops.ts';
import { type NetNames, namesBeside } from '../../net/names.ts';
import { type BlobShape, type Layer, type LayerOf, makeLayer, type Net } from '../../net/net.ts';
import { inputParams } from './shapes.ts';

export interface UpgradedNet {
  readonly net: Net;
  readonly diagnostics: readonly Diagnostic[];
}

/** The layers in their current form with a note, or why the layer cannot be upgraded. */
type Upgrade = { readonly layers: readonly Layer[]; readonly note: string } | { readonly refused: string; readonly lacksShape?: boolean };

/** What an upgrade can use. */
interface Context extends NetNames {
  readonly bottom: BlobShape | undefined;
}

/**
 * Upgrades layers from older releases whose form current ncnn rejects or ignores, if it is certain what they compute. All others are
 * errors, since ncnn rejects them (`param is too old`) or computes something else. The layers must be in topological order.
 */
export function upgradeOldForms(net: Net): UpgradedNet {
  const diagnostics: Diagnostic[] = [];
  const shapes = new Map(net.shapes);
  const names = namesBeside(net.layers);
  const layers = net.layers.flatMap((layer): readonly Layer[] => {
    const place = { node: layer.name, operator: layer.type };
    const upgrade = upgraded(layer, { bottom: shapes.get(layer.bottoms[0] ?? ''), ...names });
    if (upgrade !== undefined) {
      if ('note' in upgrade)
        diagnostics.push(diagnostic('layer-upgraded', upgrade.note, 'Compare its results with those of the old net.', place));
      else diagnostics.push(diagnostic('layer-outdated', upgrade.refused, upgrade.lacksShape === true ? fixShapes : convertAgain, place));
    }
    for (const entry of ignoredParams(layer)) diagnostics.push(entry);
    const present = upgrade !== undefined && 'layers' in upgrade ? upgrade.layers : [layer];
    for (const each of present) {
      const found = shapesOfTops(
        each,
        each.bottoms.map((bottom) => shapes.get(bottom)),
      );
      if (each.type !== 'Input')
        for (const [index, top] of each.tops.entries()) if (found?.[index] !== undefined) shapes.set(top, found[index]);
    }
    return present;
  });
  return { net: { ...net, layers }, diagnostics };
}

const convertAgain = 'Convert the original model again, with this tool or a current ncnn tool.';

function upgraded(layer: Layer, context: Context): Upgrade | undefined {
  switch (layer.type) {
    case 'Softmax':
      return softmax(layer, context);
    case 'Reduction':
      return reduction(layer, context);
    case 'Reshape':
      return permutedReshape(layer, context);
    default:
      return undefined;
  }
}

/** Before 20190320 the two inner axes of a 3-D blob were swapped. Negative axes were added later. */
function softmax(layer: LayerOf<'Softmax'>, { bottom }: Context): Upgrade | undefined {
  const axis = numberParam('Softmax', layer.params, 'axis');
  if (axis === 0 || numberParam('Softmax', layer.params, 'fixbug0') !== 0) return undefined;
  const old = `Softmax over axis ${axis} without fixbug0 (1=1) has the form used before 20190320, which ncnn rejects`;
  if (axis > 0 && bottom === undefined) return { refused: `${old}; the number of axes of its blob is unknown`, lacksShape: true };
  if (axis > 0 && (bottom?.length ?? 0) > 2) return { refused: `${old}; for a blob of ${bottom?.length} axes it meant another axis` };
  return { layers: [{ ...layer, params: { ...layer.params, fixbug0: 1 } }], note: `${old}; it still means the same axis` };
}

/** Before 20220216 the axes included the batch axis. */
function reduction(layer: LayerOf<'Reduction'>, { bottom }: Context): Upgrade | undefined {
  const { axes = [], fixbug0 = 0 } = layer.params;
  if (fixbug0 !== 0 || axes.length === 0) return undefined;
  const old = `Reduction over the axes ${axes.join(', ')} without fixbug0 (5=1) has the form used before 20220216, which ncnn rejects`;
  if (numberParam('Reduction', layer.params, 'reduce_all') !== 0) {
    const { axes: _, ...params } = layer.params;
    return { layers: [{ ...layer, params }], note: `${old}; it reduces all axes` };
  }
  const rank = bottom?.length ?? 3;
  const wrong = axes.find((axis) => axis === 0 || axis > rank || axis < -rank);
  if (wrong !== undefined) return { refused: `${old}; axis ${wrong} did not exist in a blob of ${rank} axes` };
  const present = axes.map((axis) => (axis > 0 ? axis - 1 : axis));
  return {
    layers: [{ ...layer, params: { ...layer.params, axes: present, fixbug0: 1 } }],
    note: `${old}; the axes are now ${present.join(', ')}`,
  };
}

const permuteId = 3;

/** `3=1` made Reshape work in channels-last order. ncnn ignores it since 20250428. */
function permutedReshape(layer: LayerOf<'Reshape'>, { bottom, layerNames, blobNames }: Context): Upgrade | undefined {
  const flag = layer.rawParams?.find(({ id }) => id === permuteId);
  if (flag === undefined || flag.value === 0) return undefined;
  const old = 'Reshape with permute (3=1) has the form used before 20250428, which ncnn ignores now';
  const { rawParams = [], ...plain } = layer;
  const others = rawParams.filter(({ id }) => id !== permuteId);
  const present: LayerOf<'Reshape'> = others.length === 0 ? plain : { ...plain, rawParams: others };
  const [shape] = bottom === undefined ? [] : (shapesOfTops(plain, [bottom]) ?? []);
  if (flag.value !== 1 || !isSizes(bottom) || !isSizes(shape))
    return { refused: `${old}; the shape of its blob is unknown`, lacksShape: true };
  const isUnchanged = bottom.length === shape.length && bottom[0] === shape[0];
  if ((bottom.length === 1 && shape.length === 1) || isUnchanged) return { layers: [present], note: `${old}; it has no effect here` };
  const layers: Layer[] = [];
  let source = layer.bottoms[0] ?? '';
  const push = (type: 'Permute' | 'Reshape', params: object, isLast: boolean): void => {
    const top = isLast ? (layer.tops[0] ?? '') : blobNames.next(layer.tops[0] ?? '', `_${type.toLowerCase()}`);
    const name = type === 'Reshape' ? layer.name : layerNames.next(layer.name, '_permute');
    layers.push(makeLayer(type, name, [source], [top], params));
    source = top;
  };
  // Move the outermost axis to the end before the Reshape, and back to the front after it.
  if (bottom.length > 1) push('Permute', { order_type: channelsLast(bottom.length) }, false);
  push('Reshape', inputParams([...shape.slice(1), ...shape.slice(0, 1)]), shape.length === 1);
  if (shape.length > 1) push('Permute', { order_type: channelsFirst(shape.length) }, true);
  return { layers, note: `${old}; it becomes a Reshape between Permute layers` };
}

/** `order_type` of the Permute that moves the outermost axis to the end. */
function channelsLast(rank: number): number {
  return permuteType(Array.from({ length: rank }, (_, axis) => (axis + 1) % rank));
}

/** `order_type` of the Permute that moves the innermost axis to the front. */
function channelsFirst(rank: number): number {
  return permuteType(Array.from({ length: rank }, (_, axis) => (axis + rank - 1) % rank));
}

/** Parameter ids that every layer accepts: shape hints and the mask of disabled features. */
const commonIds: readonly number[] = [30, 31];

function ignoredParams({ type, name, rawParams = [] }: Layer): readonly Diagnostic[] {
  if (type === 'Custom') return [];
  const unknown = rawParams.filter(({ id }) => !commonIds.includes(id) && !(type === 'Reshape' && id === permuteId));
  return unknown.map(({ id }) =>
    diagnostic(
      'field-unknown',
      `${type} has no parameter ${id}, and ncnn ignores it`,
      'Check whether the net is for another build of ncnn.',
      {
        node: name,
        operator: type,
      },
    ),
  );
}
