import type { Advice } from '../../../src/diagnostics/advice.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import { element } from '../dom/element.ts';
import type { OpenedModel } from '../worker/messages.ts';
import { type OptionName, optionFields } from './fields.ts';
import { type InputFields, inputFields } from './inputFields.ts';
import { passFields } from './passFields.ts';
import { type SimpleField, simpleField } from './simpleField.ts';
import { withAdvice } from './withAdvice.ts';

export interface OptionForm {
  readonly element: HTMLElement;
  readonly options: () => ConvertOptions;
  readonly set: (options: ConvertOptions) => void;
  /** Applies the advice of diagnostics. */
  readonly apply: (advice: readonly Advice[]) => void;
  /** Focuses the missing value of an input. */
  readonly focus: InputFields['focus'];
  readonly showPasses: (fired: readonly { readonly name: string; readonly times: number }[]) => void;
}

/** Labels of the fields; the default is the name of the option. */
const titles: Readonly<Partial<Record<OptionName, string>>> = {
  outputs: 'Outputs to cut at',
  precision: 'Precision of the weights',
  keep: 'Blobs to keep',
  target: 'Target',
  ncnnVersion: 'Oldest release of ncnn',
  fp32Layers: 'Layers in fp32',
  customLayers: 'Custom layers',
};

/** Options that are always visible; the others are in a collapsed section. */
const first: ReadonlySet<OptionName> = new Set(['outputs', 'precision']);

/** The form of the conversion options, built from their schema. `suggestions` are names of tensors. */
export function optionForm({ inspection, passes }: OpenedModel, suggestions: readonly string[], onChange: () => void): OptionForm {
  const fields = optionFields();
  const about = (name: OptionName): string => fields.find((field) => field.name === name)?.about ?? '';
  const inputs = inputFields(inspection.inputs, onChange);
  const passList = passFields(passes, about('optimize'), onChange);
  const simple = new Map<OptionName, SimpleField>();
  for (const field of fields) {
    if (field.kind === 'shapes' || field.kind === 'constants' || field.kind === 'selection') continue;
    simple.set(field.name, simpleField(field, titles[field.name] ?? field.name, suggestions, onChange));
  }
  const elements = (isFirst: boolean): readonly HTMLElement[] =>
    [...simple].filter(([name]) => first.has(name) === isFirst).map(([, field]) => field.element);
  const options = (): ConvertOptions => {
    const entries = [...simple].map(([name, field]) => [name, field.value()] as const).filter(([, value]) => value !== undefined);
    const optimize = passList.value();
    // The worker checks the values.
    return { ...inputs.options(), ...Object.fromEntries(entries), ...(optimize === undefined ? {} : { optimize }) };
  };
  const set = (next: ConvertOptions): void => {
    inputs.set(next);
    passList.set(next.optimize);
    for (const [name, field] of simple) field.set(next[name]);
  };
  const more = element('details', { class: 'more' }, element('summary', {}, 'More options'), ...elements(false));
  return {
    element: element(
      'form',
      { class: 'options', 'aria-label': 'Options of the conversion', onsubmit: (event) => event.preventDefault() },
      element('h3', {}, 'Inputs'),
      element('p', { class: 'about' }, about('shape')),
      inputs.element,
      ...elements(true),
      passList.element,
      more,
    ),
    options,
    set,
    apply: (advice) => {
      set(withAdvice(options(), advice));
      onChange();
    },
    focus: inputs.focus,
    showPasses: passList.show,
  };
}
