import type { NcnnTensor } from '../../../src/runtime/types.ts';
import { element } from '../dom/element.ts';
import { formatSizes } from '../dom/format.ts';
import { arrayInput } from './arrayInput.ts';
import type { InputControl } from './inputControl.ts';
import { type InputKind, inputKinds } from './inputKinds.ts';
import { pictureInput } from './pictureInput.ts';
import { randomInput } from './randomInput.ts';
import { soundInput } from './soundInput.ts';

export interface InputCard extends InputControl {
  readonly name: string;
}

export interface InputCardHost {
  readonly run: () => Promise<void>;
  readonly report: (message: string) => void;
  readonly preprocessing: string | undefined;
}

/** One input of a net, with a choice of the kinds of data that fit its shape. */
export function inputCard(tensor: NcnnTensor, host: InputCardHost): InputCard {
  const kinds = inputKinds(tensor);
  const body = element('div');
  let control = controlOf(kinds[0] ?? 'random', tensor, host);
  body.append(control.element);
  const options = kinds.map((kind) => element('option', { value: kind }, kind));
  const select = element(
    'select',
    {
      'aria-label': `What ${tensor.name} is fed with`,
      onchange: () => {
        control.dispose();
        control = controlOf(kinds.find((kind) => kind === select.value) ?? 'random', tensor, host);
        body.replaceChildren(control.element);
        void host.run();
      },
    },
    ...options,
  );
  return {
    name: tensor.name,
    element: element(
      'section',
      { class: 'inputCard', 'aria-label': `Input ${tensor.name}` },
      element(
        'header',
        {},
        element('h3', {}, element('code', {}, tensor.name), ' ', element('small', {}, `${tensor.dtype} ${formatSizes(tensor.shape)}`)),
        select,
      ),
      body,
    ),
    source: () => control.source(),
    picture: () => control.picture?.(),
    dispose: () => control.dispose(),
  };
}

function controlOf(kind: InputKind, tensor: NcnnTensor, { run, report, preprocessing }: InputCardHost): InputControl {
  switch (kind) {
    case 'picture':
      return pictureInput(tensor, preprocessing, run, report);
    case 'sound':
      return soundInput(tensor, run, report);
    case 'array':
      return arrayInput(tensor, run);
    case 'random':
      return randomInput(tensor);
  }
}
