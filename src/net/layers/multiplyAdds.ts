import { type BlobShape, blobSize, type Layer, type Net } from '../net.ts';
import { layerRecord } from './layerTypes.ts';
import { numberParam } from './params.ts';

/**
 * The number of multiply-adds of a layer; 0 if it neither multiplies nor adds. `undefined` if a shape is not known, and for custom layers.
 */
export function multiplyAddsOf(layer: Layer, { shapes }: Pick<Net, 'shapes'>): number | undefined {
  if (layer.type === 'Custom') return undefined;
  const { type, params } = layer;
  const rule = layerRecord(type).multiplyAdds;
  if (rule === undefined) return 0;
  const bottoms = layer.bottoms.map((bottom) => shapes.get(bottom));
  const [top = ''] = layer.tops;
  return rule({
    number: (name) => numberParam(type, params, name),
    bottoms,
    inputSize: sizeOf(bottoms[0]),
    outputSize: sizeOf(shapes.get(top)),
    weightSize: layer.weights[0]?.length,
  });
}

function sizeOf(shape: BlobShape | undefined): number | undefined {
  return shape && blobSize(shape);
}
