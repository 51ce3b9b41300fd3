import { throwErrors } from '../../diagnostics/diagnostic.ts';
import { keepNeeded } from '../../net/deadCode.ts';
import type { Binding } from '../../net/model.ts';
import { type Layer, makeLayer, type Net } from '../../net/net.ts';
import { computedWeight } from '../../net/weight.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { type RequestedConstant, requestConstants } from '../../options/request/constants.ts';
import type { InputRules } from '../../options/request/inputs.ts';
import { requestOutputs } from '../../options/request/outputs.ts';
import { requestShapes } from '../../options/request/shapes.ts';
import { inputParams } from './shapes.ts';

export interface RequestedNet {
  readonly net: Net;
  /** Names of the inputs that became constants. */
  readonly pinned: ReadonlySet<string>;
}

/** The shape of an Input layer is only a hint: the net also accepts other shapes. */
const blobRules: InputRules = { areSizesFixed: false, minAxes: 1, maxAxes: 4 };

/**
 * Applies the options to a net. A requested shape is a blob shape, outermost axis first, and replaces the shape in the Input layer. A
 * constant becomes MemoryData. Throws `NcnnError` with every error found.
 */
export function withRequest(net: Net, declared: readonly Binding[], options: ConvertOptions): RequestedNet {
  const inputs = declared.map(({ name, dtype }) => ({ name, dtype, shape: net.shapes.get(name) }));
  const shaped = requestShapes(inputs, options.shape, blobRules);
  const { constants, diagnostics } = requestConstants(shaped.inputs, options.const, blobRules);
  const blobs = net.layers.flatMap((layer) => layer.tops);
  const cut = requestOutputs(options.outputs, [...net.outputs, ...blobs]);
  throwErrors([...shaped.diagnostics, ...diagnostics, ...cut.diagnostics]);

  const shapes = new Map(
    shaped.inputs.flatMap(({ name, shape }) => {
      const known = constants.get(name)?.shape ?? shape;
      return known === undefined ? [] : [[name, known] as const];
    }),
  );
  const types = new Map(inputs.map(({ name, dtype }) => [name, dtype]));
  const layers = net.layers.map((layer): Layer => {
    const [name = ''] = layer.type === 'Input' ? layer.tops : [];
    const constant = constants.get(name);
    if (constant !== undefined) return pinnedInput(layer, constant, types.get(name) === 'int32');
    return layer.type === 'Input' && shaped.changed.has(name) ? { ...layer, params: inputParams(shapes.get(name) ?? []) } : layer;
  });
  // The other shapes from hints and Input layers are invalid once an input has another size.
  const validShapes = shaped.changed.size === 0 ? [...net.shapes] : [];
  const outputs = [...new Set([...(cut.outputs.length > 0 ? cut.outputs : net.outputs), ...cut.added])];
  const requested: Net = { ...net, layers, shapes: new Map([...validShapes, ...shapes]), outputs };
  return { net: cut.outputs.length > 0 ? keepNeeded(requested) : requested, pinned: new Set(constants.keys()) };
}

/** MemoryData with the values of an input. If the input is read as int32, it holds int32 bits. */
function pinnedInput({ name, tops }: Layer, { shape, size, at }: RequestedConstant, isInt32: boolean): Layer {
  const numbers = { length: size };
  const values = (): Float32Array =>
    isInt32
      ? new Float32Array(Int32Array.from(numbers, (_, index) => Number(at(index))).buffer)
      : Float32Array.from(numbers, (_, index) => Number(at(index)));
  return makeLayer('MemoryData', name, [], tops, inputParams(shape), [computedWeight(size, values)]);
}
