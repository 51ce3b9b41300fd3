import type { Random } from '../random.ts';
import { type CaseAttribute, type CaseGraph, type CaseTensor, isStorable, type OnnxCase } from './onnxCase.ts';
import { otherFloat, otherInteger, otherList } from './values.ts';

/** Words that ONNX attributes accept, and some that none accepts. */
const words: readonly string[] = [
  ...[
    '',
    'none',
    'NOTSET',
    'SAME_UPPER',
    'SAME_LOWER',
    'VALID',
    'nearest',
    'linear',
    'cubic',
    'constant',
    'reflect',
    'edge',
    'wrap',
    'max',
  ],
  ...[
    'mean',
    'sum',
    'add',
    'mul',
    'min',
    'avg',
    'forward',
    'reverse',
    'bidirectional',
    'tanh',
    'DCR',
    'CRD',
    'ij,jk->ik',
    'ij->ji',
    '...i,i',
  ],
  ...['half_pixel', 'align_corners', 'asymmetric', 'tf_crop_and_resize', 'pytorch_half_pixel', 'round_prefer_floor', 'ceil', 'stretch'],
  ...['Relu', 'Tanh', 'Sigmoid', 'LeakyRelu', 'Nonsense', 'left', 'right', 'aaaa->a', 'i->', '->i', 'ii->i', '\0'],
];

/** Changes a part of a case in place. */
type Change = (random: Random) => void;

/**
 * A case of the ONNX backend tests with one to three of its settings changed: attributes, integer inputs, and input sizes. In some cases
 * inputs become constants, so that operators are also folded.
 */
export function changeOnnx(original: OnnxCase, random: Random): OnnxCase {
  const model = structuredClone(original);
  fixInputs(model, random);
  const places = [...placesOf(model)];
  for (let count = 1 + random.below(3); count > 0 && places.length > 0; count--) random.pick(places)(random);
  return model;
}

/** Selects the inputs that are constants: none, the integer ones, all but the first, or all. */
function fixInputs({ inputs }: CaseGraph, random: Random): void {
  const mode = random.below(4);
  for (const [index, tensor] of Object.values(inputs).entries()) {
    const isConstant = mode === 0 || (mode === 1 && tensor.values === undefined) || (mode === 2 && index === 0);
    if (isConstant || !isStorable(tensor.type)) delete tensor.values;
    else tensor.values ??= [];
  }
}

function* placesOf({ inputs, nodes, constants = {} }: CaseGraph): Generator<Change> {
  for (const tensor of [...Object.values(inputs), ...Object.values(constants)]) {
    // Integers are sizes, axes and indices, which can be wrong in more ways than an input size.
    if (tensor.values !== undefined && tensor.values.length > 0) yield* [changeValues(tensor), changeValues(tensor)];
    if (tensor.shape.length > 0) yield changeShape(tensor);
  }
  for (const { attributes = {} } of nodes) {
    for (const [name, attribute] of Object.entries(attributes)) {
      yield* [changeAttribute(attribute), changeAttribute(attribute)];
      if (attribute.tensor !== undefined) yield changeValues(attribute.tensor);
      if (attribute.graph !== undefined) yield* placesOf(attribute.graph);
      yield () => void delete attributes[name];
    }
  }
}

function changeAttribute(attribute: CaseAttribute): Change {
  return (random) => {
    const { int, float, text, ints, floats, texts, tensor } = attribute;
    if (int !== undefined) attribute.int = otherInteger(int, random);
    if (float !== undefined) attribute.float = otherFloat(float, random);
    if (text !== undefined) attribute.text = random.pick(words);
    if (ints !== undefined) attribute.ints = otherList(ints, otherInteger, 1, random);
    if (floats !== undefined) attribute.floats = otherList(floats, otherFloat, 1, random);
    if (texts !== undefined) attribute.texts = otherList(texts, () => random.pick(words), 'a', random);
    if (tensor !== undefined) changeShape(tensor)(random);
  };
}

function changeValues(tensor: CaseTensor): Change {
  return (random) => {
    const values = (tensor.values ?? []).map((value) => (typeof value === 'number' ? value : 0));
    const isInteger = ![1, 10, 11].includes(tensor.type);
    const changed = isInteger ? otherList(values, otherInteger, 1, random) : otherList(values, otherFloat, 1, random);
    tensor.values = changed;
    // A list remains one, with its new length.
    if (tensor.shape.length === 1 && random.below(8) > 0) tensor.shape = [changed.length];
  };
}

function changeShape(tensor: CaseTensor): Change {
  return (random) => {
    const sizes = tensor.shape.map((size) => (typeof size === 'number' ? size : 1));
    const isConstant = tensor.values !== undefined;
    tensor.shape =
      !isConstant && random.below(5) === 0 ? sizes.map((size) => random.pick([size, 'n', 'm'])) : otherList(sizes, otherInteger, 1, random);
  };
}
