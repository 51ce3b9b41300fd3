import { stageVerbs } from '../../../src/pipeline/stages.ts';
import { element } from '../dom/element.ts';
import { formatTime } from '../dom/format.ts';
import type { StageTime } from '../worker/messages.ts';

/** The line that shows the current stage. */
export interface StageLine {
  readonly element: HTMLElement;
  readonly begin: (what: string) => void;
  readonly stage: (stage: StageTime['stage']) => void;
  /** Shows the times of the stages, or nothing. */
  readonly end: (times: readonly StageTime[]) => void;
}

/** Announced to screen readers; a bar moves while work is done. */
export function stageLine(): StageLine {
  const text = element('span');
  const bar = element('progress', { 'aria-label': 'Work in progress', hidden: true });
  const times = element('ol', { class: 'stages', 'aria-label': 'Stages of the conversion' });
  return {
    element: element('div', { class: 'stageLine' }, element('p', { role: 'status' }, text), bar, times),
    begin: (what) => {
      bar.hidden = false;
      text.textContent = what;
      times.replaceChildren();
    },
    stage: (stage) => {
      text.textContent = `${stageVerbs[stage].replace(/^./, (letter) => letter.toUpperCase())} …`;
    },
    end: (done) => {
      bar.hidden = true;
      const total = done.reduce((sum, { time }) => sum + time, 0);
      text.textContent = done.length === 0 ? '' : `Converted in ${formatTime(total)}`;
      times.replaceChildren(
        ...done.map(({ stage, time }) => element('li', {}, stageVerbs[stage], ' ', element('b', {}, formatTime(time)))),
      );
    },
  };
}
