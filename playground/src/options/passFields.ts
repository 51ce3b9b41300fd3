import type { PassFacts } from '../../../src/net/passes/pass.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import { element } from '../dom/element.ts';

type Optimize = ConvertOptions['optimize'];

export interface PassFields {
  readonly element: HTMLElement;
  /** `undefined` for all passes. */
  readonly value: () => Optimize;
  readonly set: (value: Optimize) => void;
  /** Shows how often each pass changed something. */
  readonly show: (fired: readonly { readonly name: string; readonly times: number }[]) => void;
}

/** The optimizer, on or off, and each of its passes. */
export function passFields(passes: readonly PassFacts[], about: string, onChange: () => void): PassFields {
  const isOn = element('input', { type: 'checkbox', checked: true, onchange: () => change() });
  const boxes = passes.map(({ name, description }) => {
    const box = element('input', { type: 'checkbox', checked: true, onchange: () => change(), 'data-pass': name });
    const count = element('b');
    return { name, box, count, row: element('li', { title: description }, element('label', {}, box, element('code', {}, name), count)) };
  });
  const summary = element('summary', {}, 'Pass by pass');
  const change = (): void => {
    enable();
    onChange();
  };
  const enable = (): void => {
    for (const { box } of boxes) box.disabled = !isOn.checked;
    const off = boxes.filter(({ box }) => !box.checked).length;
    summary.textContent = off === 0 ? 'Pass by pass' : `Pass by pass: ${off} off`;
  };
  return {
    element: element(
      'div',
      { class: 'field' },
      element('label', { class: 'check' }, isOn, 'Optimize the net'),
      element('details', {}, summary, element('ul', { class: 'passList' }, ...boxes.map(({ row }) => row))),
      element('p', { class: 'about' }, about),
    ),
    value: () => {
      if (!isOn.checked) return false;
      const chosen = boxes.filter(({ box }) => box.checked).map(({ name }) => name);
      return chosen.length === boxes.length ? undefined : chosen;
    },
    set: (value) => {
      isOn.checked = value !== false;
      for (const { name, box } of boxes) box.checked = !Array.isArray(value) || value.includes(name);
      enable();
    },
    show: (fired) => {
      const times = new Map(fired.map((pass) => [pass.name, pass.times]));
      for (const { name, count } of boxes) count.textContent = times.has(name) ? `${times.get(name)}` : '';
    },
  };
}
