import type { ConstantValue, ConvertOptions } from '../../../src/options/convertOptions.ts';
import { parseConstant, parseDimensions } from '../../../src/options/optionValues.ts';
import type { Port } from '../../../src/pipeline/inspectSource.ts';
import { element } from '../dom/element.ts';

/** Common sizes of dynamic axes: of samples, and of pictures or sequences. */
const suggestions = { first: [1, 2, 4], other: [3, 48, 64, 96, 128, 224, 256, 320, 512, 640, 16000] };

export interface InputFields {
  readonly element: HTMLElement;
  readonly options: () => Pick<ConvertOptions, 'shape' | 'const'>;
  readonly set: (options: Pick<ConvertOptions, 'shape' | 'const'>) => void;
  /** Focuses the first empty size of an input, or its constant. */
  readonly focus: (what: 'shape' | 'const', input: string | undefined) => void;
}

/** For each input: a box for each of its sizes, named as the model names the axis, and one for a constant. */
export function inputFields(inputs: readonly Port[], onChange: () => void): InputFields {
  const fields = inputs.map((port, index) => inputField(port, index, onChange));
  const lists = Object.entries(suggestions).map(([name, sizes]) =>
    element('datalist', { id: `sizes-${name}` }, ...sizes.map((size) => element('option', { value: size }))),
  );
  return {
    element: element('div', { class: 'inputs' }, ...fields.map((field) => field.element), ...lists),
    options: () => {
      const shapes = fields.flatMap(({ name, shape }) => entryOf(name, shape()));
      const constants = fields.flatMap(({ name, constant }) => entryOf(name, constant()));
      return {
        ...(shapes.length === 0 ? {} : { shape: Object.fromEntries(shapes) }),
        ...(constants.length === 0 ? {} : { const: Object.fromEntries(constants) }),
      };
    },
    set: (options) => {
      for (const field of fields) field.set(options.shape?.[field.name], options.const?.[field.name]);
    },
    focus: (what, input) => (fields.find(({ name }) => name === input) ?? fields[0])?.focus(what),
  };
}

interface InputField {
  readonly element: HTMLElement;
  readonly name: string;
  readonly shape: () => readonly number[] | undefined;
  readonly constant: () => ConstantValue | undefined;
  readonly set: (shape: readonly number[] | undefined, constant: ConstantValue | undefined) => void;
  readonly focus: (what: 'shape' | 'const') => void;
}

function inputField({ name, dtype, shape, axes }: Port, index: number, onChange: () => void): InputField {
  const sizes = (axes ?? []).map((axis, place) =>
    element('input', {
      inputmode: 'numeric',
      placeholder: String(axis),
      'aria-label': `Size of axis ${place} (${axis}) of ${name}`,
      class: typeof axis === 'number' ? 'size' : 'size free',
      list: place === 0 ? 'sizes-first' : 'sizes-other',
      pattern: '-1|[0-9]*',
      onchange: onChange,
    }),
  );
  const whole = element('input', { placeholder: '1,3,224,224', 'aria-label': `Shape of ${name}`, onchange: onChange });
  const pinned = element('input', { id: `const-${index}`, placeholder: 'not pinned', spellcheck: 'false', onchange: onChange });
  const row = axes === undefined ? [whole] : sizes;
  const details = element(
    'details',
    // A scalar has no sizes.
    { open: axes?.length === 0 },
    element('summary', {}, 'Pin to a constant'),
    element('label', { for: `const-${index}` }, `Value of ${name}: a number, true, false, or a comma-separated list`),
    pinned,
  );
  return {
    name,
    element: element(
      'fieldset',
      { class: 'field' },
      element('legend', {}, element('code', {}, name), ` ${dtype} ${shape}`),
      element('div', { class: 'sizes' }, ...row),
      details,
    ),
    shape: () => {
      if (axes === undefined) return whole.value.trim() === '' ? undefined : parseDimensions(whole.value);
      if (sizes.every(({ value }) => value.trim() === '')) return undefined;
      return sizes.map(({ value }, place) => sizeOf(value, axes[place]));
    },
    constant: () => (pinned.value.trim() === '' ? undefined : parseConstant(pinned.value)),
    set: (dimensions, constant) => {
      whole.value = dimensions?.join(',') ?? '';
      sizes.forEach((size, place) => {
        const value = dimensions?.[place];
        size.value = value === undefined || value === -1 || value === axes?.[place] ? '' : String(value);
      });
      pinned.value = constant === undefined ? '' : String(constant);
      details.open = constant !== undefined || axes?.length === 0;
    },
    focus: (what) => {
      if (what === 'const') details.open = true;
      const open = [whole, ...sizes].find((input) => input.isConnected && input.value === '' && input.classList.contains('free'));
      (what === 'const' ? pinned : (open ?? row[0]))?.focus();
    },
  };
}

/** The text in the box of an axis; an empty one keeps what the model declares. */
function sizeOf(text: string, declared: number | string | undefined): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value)) return typeof declared === 'number' ? declared : -1;
  return value;
}

function entryOf<T>(name: string, value: T | undefined): readonly (readonly [string, T])[] {
  return value === undefined ? [] : [[name, value]];
}
