import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { BlobDimension } from '../../net/net.ts';
import { errorOf } from './builder.ts';
import { type CaffeShape, invalid, maxCaffeAxes } from './layer.ts';
import type { MessageOf } from './messages.ts';
import type { LayerMessage, NetMessage } from './upgrade.ts';

export interface CaffeInput {
  readonly name: string;
  /** The declared shape, including the batch axis. A dynamic axis is a symbol. `undefined` if no shape is declared. */
  readonly shape: CaffeShape | undefined;
}

/** Layer types that provide the inputs of a net. */
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

export interface DeclaredInputs {
  readonly inputs: readonly CaffeInput[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The inputs of a net: those that it declares, and those of its data layers. */
export function readInputs(net: NetMessage, feeding: readonly LayerMessage[]): DeclaredInputs {
  const found: CaffeInput[] = [];
  const diagnostics: Diagnostic[] = [];
  const collect = (place: Parameters<typeof errorOf>[1], read: () => readonly CaffeInput[]): void => {
    try {
      for (const entry of read()) found.push(entry);
    } catch (error) {
      diagnostics.push(errorOf(error, place));
    }
  };
  collect({ name: undefined, type: undefined }, () => declaredInputs(net));
  for (const layer of feeding) collect(layer, () => layerInputs(layer));
  if (found.length === 0 && feeding.length === 0 && diagnostics.length === 0) {
    const message = 'the net has no input: no `input` field, and no Input or Data layer for testing';
    diagnostics.push(diagnostic('file-malformed', message, 'Give the deploy.prototxt of the model.'));
  }
  return { inputs: [...new Map(found.map((input) => [input.name, input])).values()], diagnostics };
}

/** Inputs declared at the net level, as in old prototxts. */
function declaredInputs(net: NetMessage): readonly CaffeInput[] {
  return net.input.map((name, index) => {
    const shape = net.input_shape[index]?.dim ?? net.input_dim.slice(4 * index, 4 * index + 4);
    return { name, shape: declaredShape(shape, name) };
  });
}

/** The inputs that a layer of {@link inputTypes} provides. */
function layerInputs(layer: LayerMessage): readonly CaffeInput[] {
  const { type } = layer;
  if (type === 'Input') {
    const shapes = layer.input_param?.shape ?? [];
    if (shapes.length > 1 && shapes.length !== layer.top.length) {
      throw invalid(`the layer has ${layer.top.length} tops and ${shapes.length} shapes`);
    }
    return layer.top.map((name, index) => ({ name, shape: declaredShape((shapes[index] ?? shapes[0])?.dim ?? [], name) }));
  }
  if (type === 'DummyData') {
    const { shape = [], num = [], channels = [], height = [], width = [] } = layer.dummy_data_param ?? {};
    return layer.top.map((name, index) => {
      const legacy = [num, channels, height, width].flatMap((list) => list[index] ?? list[0] ?? []);
      return { name, shape: sizes((shape[index] ?? shape[0])?.dim ?? legacy, name) };
    });
  }
  // The tops after the image are labels, which a trained net does not read.
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

/** The shape of an image, with symbols for unknown sizes. */
export function imageSymbols(channels?: number, crop = 0): CaffeShape {
  return [1, channels ?? 'channels', crop || 'height', crop || 'width'];
}

const axisNames = ['batch', 'channels', 'height', 'width'];

function declaredShape(shape: readonly number[], name: string): CaffeShape | undefined {
  return shape.length === 0 ? undefined : sizes(shape, name);
}

/** Sizes of 0 and below are dynamic. */
function sizes(shape: readonly number[], name: string): CaffeShape {
  if (shape.length > maxCaffeAxes) throw invalid(`the shape of "${name}" has ${shape.length} axes`);
  return shape.map((size, axis): BlobDimension => (size > 0 ? size : (axisNames[axis] ?? `axis${axis}`)));
}
