import { paramEntries } from '../layers/params.ts';
import { type BlobShape, type Layer, makeLayer, type Net, typeName } from '../net.ts';
import { inferShapes } from '../shapes.ts';
import { weightOf } from '../weight.ts';
import { NetEditor } from './editor.ts';
import { type Pass, untilFixpoint } from './pass.ts';

/** For tests: an Input that produces a blob of the same name. */
export function inputLayer(name: string): Layer {
  return makeLayer('Input', name, [], [name], {});
}

/** For tests: a net with the given layers. */
export function netOf(layers: readonly Layer[], outputs: readonly string[], shapes: Readonly<Record<string, BlobShape>> = {}): Net {
  return { layers, outputs, shapes: new Map(Object.entries(shapes)) };
}

/** For tests: a 1x1 Convolution with one input channel and one output channel per weight. */
export function convolutionLayer(bottom: string, top: string, weights: readonly number[], biases?: readonly number[]): Layer {
  const params = { num_output: weights.length, kernel_w: 1, weight_data_size: weights.length };
  return biases === undefined
    ? makeLayer('Convolution', top, [bottom], [top], params, [weightOf(weights)])
    : makeLayer('Convolution', top, [bottom], [top], { ...params, bias_term: 1 }, [weightOf(weights), weightOf(biases)]);
}

/** For tests: a layer as `Type(bottoms)->tops`. */
export function outline(net: Net): readonly string[] {
  return net.layers.map((layer) => `${typeName(layer)}(${layer.bottoms})->${layer.tops}`);
}

/** For tests: the parameters of a layer by id. */
export function paramsOf(layer: Layer | undefined): Readonly<Record<number, unknown>> {
  return layer === undefined ? {} : Object.fromEntries(paramEntries(layer).map(({ id, value }) => [id, value]));
}

/** For tests: runs passes once, and again to check that they find nothing more. Throws if they do. Shapes are inferred first. */
export function runOnce(pass: Pass | readonly Pass[], net: Net): { readonly net: Net; readonly times: number } {
  const editor = new NetEditor({ ...net, shapes: inferShapes(net) });
  const run = (): number => [pass].flat().reduce((sum, each) => sum + untilFixpoint(each).run(editor), 0);
  const times = run();
  const again = run();
  if (again > 0) throw new Error(`${again} more were found in another run`);
  return { net: editor.net(), times };
}
