import { layerRecord } from './layers/layerTypes.ts';
import { fusedActivationOf, operatorOf } from './layers/operators.ts';
import { paramReader, significantParams } from './layers/params.ts';
import type { BlobShape, Layer, LayerOf, LayerType, Net } from './net.ts';
import { inferShapes } from './shapes.ts';

/**
 * The oldest release of ncnn, as a date like `20230223`, that supports all layers, parameters and operator codes of the net and computes
 * the same results as the current release. Parameters with default values are ignored, because releases without them behave the same.
 */
export function minNcnnVersion(net: Net): string {
  return String(layerVersions(net).reduce((version, needed) => Math.max(version, needed.version), firstRelease));
}

/** A layer and the oldest release (date) that computes the same result as the current release. */
export interface LayerVersion {
  readonly layer: Layer;
  readonly version: number;
  /** What the release added, as text. */
  readonly reason: string;
}

/** The oldest release for each layer of a net. */
export function layerVersions(net: Net): readonly LayerVersion[] {
  const shapes = inferShapes(net);
  return net.layers.map((layer) => {
    const shapeOf = (blob: string): BlobShape | undefined => shapes.get(blob);
    const needs = layer.type === 'Custom' ? [] : needsOf(layer, layer.bottoms.map(shapeOf), layer.tops.map(shapeOf));
    const first = { version: firstRelease, reason: '' };
    return { layer, ...needs.reduce((latest, need) => (need.version > latest.version ? need : latest), first) };
  });
}

/** The first release of ncnn. */
const firstRelease = 20170724;
/** The first release with blobs of four axes. */
const fourAxes = 20220216;
/** The first release that reads feature masks. */
export const masksSince = 20221128;

type Need = Omit<LayerVersion, 'layer'>;

function needsOf(
  layer: LayerOf<LayerType>,
  bottoms: readonly (BlobShape | undefined)[],
  tops: readonly (BlobShape | undefined)[],
): readonly Need[] {
  const record = layerRecord(layer.type);
  const operators = [operatorOf(layer), fusedActivationOf(layer)].flatMap((operator) =>
    operator?.since === undefined ? [] : [{ version: operator.since, reason: `the operator ${operator.name}` }],
  );
  const params = significantParams(layer).flatMap(({ name, facts }) =>
    facts.since === undefined ? [] : [{ version: facts.since, reason: `the parameter ${name}` }],
  );
  const meaning = record.meaningSince?.({ ...paramReader(layer), bottoms });
  const hasFourAxes = [...bottoms, ...tops].some((shape) => shape?.length === 4);
  return [
    { version: record.since, reason: 'the layer type' },
    ...operators,
    ...params,
    ...(hasFourAxes ? [{ version: record.fourAxesSince ?? fourAxes, reason: 'blobs of four axes' }] : []),
    ...(layer.rawParams?.some(({ id }) => id === 31) ? [{ version: masksSince, reason: 'its feature mask (31=)' }] : []),
    ...(meaning === undefined ? [] : [{ version: meaning, reason: 'its results for such shapes' }]),
  ];
}
