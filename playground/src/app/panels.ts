import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import { stageLine } from '../conversion/stageLine.ts';
import { element } from '../dom/element.ts';
import { dropZone } from '../files/dropZone.ts';
import type { Example } from '../files/examples.ts';
import type { FilesByPath } from '../files/filesByPath.ts';
import type { CallName, ConvertedNet, RunOutcome, StageTime, WorkerCalls } from '../worker/messages.ts';
import { createResults, type Results } from './results.ts';

/** Calls the worker of the open model. */
export type CallWorker = <N extends CallName>(name: N, argument: Parameters<WorkerCalls[N]>[0]) => ReturnType<WorkerCalls[N]>;

export interface PanelHost {
  readonly files: HTMLElement;
  readonly open: (files: FilesByPath) => void;
  readonly openExample: (example: Example) => void;
  readonly call: CallWorker;
  /** Cancels the calls that compute with the net. */
  readonly stop: () => void;
  /** Called after each run of the net. */
  readonly onRun: (outcome: RunOutcome) => void;
}

/** The options that a net was converted with. */
export interface ConversionFacts {
  readonly options: ConvertOptions;
  /** Names of its files and of the opened one. */
  readonly files: readonly string[];
  readonly model: string;
  readonly example: Example | undefined;
  /** The forms of files that can be saved. */
  readonly forms: readonly string[];
}

/** The parts of the page. */
export interface Panels extends Pick<Results, 'showDrawing' | 'showNoDrawing' | 'run' | 'outcome'> {
  readonly begin: (what: string) => void;
  readonly stage: (stage: StageTime['stage']) => void;
  readonly end: (times: readonly StageTime[]) => void;
  readonly clear: (example: Example | undefined) => void;
  readonly showProblem: (message: string) => void;
  /** Asks for a model. */
  readonly invite: (message: string) => void;
  readonly showForm: (form: HTMLElement) => void;
  /** Opens the options and then calls the function. */
  readonly showOptions: (then: () => void) => void;
  readonly showDiagnostics: (list: HTMLElement, state: 'converted' | 'failed') => void;
  readonly showNet: (net: ConvertedNet, header: readonly Node[], facts: ConversionFacts) => void;
  readonly showChanges: (list: HTMLElement | undefined) => void;
}

export function createPanels(root: HTMLElement, host: PanelHost): Panels {
  const stages = stageLine();
  const [header, diagnostics, form, changes] = [element('header', { class: 'model' }), element('div'), element('div'), element('div')];
  const results = createResults(host);
  const settings = optionsCard(form);
  const side = element('aside', { class: 'side', 'aria-label': 'Model and options', hidden: true }, host.files, settings);
  const parts = [stages.element, header, changes, diagnostics, results.element];
  const model = element('div', { id: 'model', tabindex: '-1', class: 'work' }, ...parts);
  root.replaceChildren(dropZone(host), element('div', { class: 'workspace' }, side, model), results.dialog);
  return {
    ...results,
    begin: (what) => {
      model.setAttribute('aria-busy', 'true');
      stages.begin(what);
    },
    stage: stages.stage,
    end: (times) => {
      model.setAttribute('aria-busy', 'false');
      stages.end(times);
    },
    clear: (example) => {
      side.hidden = false;
      markExample(root, example);
      results.element.hidden = true;
      results.clear();
      for (const part of [header, diagnostics, form, changes]) part.replaceChildren();
    },
    showProblem: (message) => {
      model.setAttribute('aria-busy', 'false');
      stages.end([]);
      diagnostics.replaceChildren(element('p', { class: 'problem', role: 'alert' }, message));
    },
    invite: (message) => diagnostics.replaceChildren(element('p', { class: 'lead', role: 'status' }, message)),
    showForm: (next) => form.replaceChildren(next),
    showOptions: (then) => {
      settings.open = true;
      then();
    },
    showDiagnostics: (list, state) => {
      results.element.hidden = state === 'failed';
      if (state === 'failed') {
        header.replaceChildren();
        changes.replaceChildren();
      }
      diagnostics.replaceChildren(...diagnosticParts(list, state));
    },
    showNet: (converted, heading, facts) => {
      header.replaceChildren(...heading);
      document.title = `${converted.name} – ncnn playground`;
      results.element.hidden = false;
      results.show(converted, facts);
    },
    showChanges: (list) => changes.replaceChildren(...(list === undefined ? [] : [list])),
  };
}

/** On a phone the options would push the results out of sight. */
function optionsCard(form: HTMLElement): HTMLDetailsElement {
  const isWide = matchMedia('(min-width: 60rem)').matches;
  return element('details', { class: 'card', open: isWide }, element('summary', {}, 'Options'), form);
}

/** Marks the example that is open. */
function markExample(root: HTMLElement, example: Example | undefined): void {
  for (const each of root.querySelectorAll('[data-example]')) {
    if (each.getAttribute('data-example') === example?.key) each.setAttribute('aria-current', 'true');
    else each.removeAttribute('aria-current');
  }
}

/** Shows errors at once, and the diagnostics of a model that converts behind their count. */
function diagnosticParts(list: HTMLElement, state: 'converted' | 'failed'): readonly HTMLElement[] {
  const count = list.childElementCount;
  if (state === 'failed') {
    return [element('section', { class: 'diagnosis failed' }, element('h2', {}, 'This model cannot be converted as it is'), list)];
  }
  const title = `${count} ${count === 1 ? 'diagnostic' : 'diagnostics'}`;
  return count === 0 ? [] : [element('details', { class: 'diagnosis converted' }, element('summary', {}, title), list)];
}
