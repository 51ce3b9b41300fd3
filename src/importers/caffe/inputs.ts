import type { BlobDimension } from '../../net/net.ts';
import { type CaffeShape, invalid } from './layer.ts';
import type { MessageOf } from './messages.ts';
import type { LayerMessage, NetMessage } from './upgrade.ts';

export interface CaffeInput {
  readonly name: string;
  /** As the file declares it, the batch axis included; a free axis is its symbol. */
  readonly shape: CaffeShape;
}

/** Types of layers that feed a net. */
export const inputTypes: ReadonlySet<string> = new Set([
  'Input',
  'Data',
  'ImageData',
  'MemoryData',
  'HDF5Data',
  'WindowData',
  'DummyData',
  'AnnotatedData',
  'ImageSegData',
  'DenseImageData',
  'VideoData',
]);

/** Inputs that the net itself declares, in the form of old prototxts. */
export function declaredInputs(net: NetMessage): readonly CaffeInput[] {
  return net.input.map((name, index) => {
    const shape = net.input_shape[index]?.dim ?? net.input_dim.slice(4 * index, 4 * index + 4);
    return { name, shape: shape.length === 0 ? imageSymbols(undefined, 0) : sizes(shape, name) };
  });
}

/** What a layer of {@link inputTypes} feeds. */
export function layerInputs(layer: LayerMessage): readonly CaffeInput[] {
  const { type } = layer;
  if (type === 'Input') {
    const shapes = layer.input_param?.shape ?? [];
    if (shapes.length > 1 && shapes.length !== layer.top.length) {
      throw invalid(`the layer has ${layer.top.length} tops and ${shapes.length} shapes`);
    }
    return layer.top.map((name, index) => {
      const shape = (shapes[index] ?? shapes[0])?.dim ?? [];
      return { name, shape: shape.length === 0 ? imageSymbols(undefined, 0) : sizes(shape, name) };
    });
  }
  if (type === 'DummyData') {
    const { shape = [], num = [], channels = [], height = [], width = [] } = layer.dummy_data_param ?? {};
    return layer.top.map((name, index) => {
      const legacy = [num, channels, height, width].flatMap((list) => list[index] ?? list[0] ?? []);
      return { name, shape: sizes((shape[index] ?? shape[0])?.dim ?? legacy, name) };
    });
  }
  // What comes behind the images are their labels, and no input of a trained net.
  const [name] = layer.top;
  return name === undefined ? [] : [{ name, shape: dataShape(layer) }];
}

function dataShape({ type, transform_param: transform, memory_data_param: memory, image_data_param: images }: LayerMessage): CaffeShape {
  const { channels, height, width } = memory ?? {};
  if (type === 'MemoryData' && channels !== undefined && height !== undefined && width !== undefined) return [1, channels, height, width];
  const crop = transform?.crop_size || images?.crop_size || 0;
  const colors = colorsOf(transform) ?? (images?.is_color === false ? 1 : type === 'ImageData' ? 3 : undefined);
  if (crop === 0 && images !== undefined && images.new_height > 0 && images.new_width > 0) {
    return [1, colors ?? 'channels', images.new_height, images.new_width];
  }
  return imageSymbols(colors, crop);
}

function colorsOf(transform: MessageOf<'TransformationParameter'> | undefined): number | undefined {
  return transform?.force_color ? 3 : transform?.force_gray ? 1 : undefined;
}

function imageSymbols(channels: number | undefined, crop: number): CaffeShape {
  return [1, channels ?? 'channels', crop || 'height', crop || 'width'];
}

const axisNames = ['batch', 'channels', 'height', 'width'];

/** Sizes of 0 and below are free. */
function sizes(shape: readonly number[], name: string): CaffeShape {
  if (shape.length > 32) throw invalid(`the shape of "${name}" has ${shape.length} axes`);
  return shape.map((size, axis): BlobDimension => (size > 0 ? size : (axisNames[axis] ?? `axis${axis}`)));
}
