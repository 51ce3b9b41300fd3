import wasmUrl from 'virtual:ncnn-wasm';
import { failureOf, isAbandoned } from '../app/openModel.ts';
import type { CallWorker } from '../app/panels.ts';
import { diagnosticList } from '../conversion/diagnosticList.ts';
import { button, element } from '../dom/element.ts';
import { fileButton } from '../dom/fileButton.ts';
import { formatTime } from '../dom/format.ts';
import type { ConvertedNet, EngineName, RunOutcome, RunRequest } from '../worker/messages.ts';
import { type InputCard, inputCard } from './inputCard.ts';
import { layerTable } from './layerTable.ts';
import { type OutputContext, outputCard } from './outputCard.ts';
import { verificationTable } from './verificationTable.ts';

/** How often a net is run to measure its layers. */
const measuredRuns = 5;

/** Runs a net and shows the outputs. */
export class RunPanel {
  readonly element: HTMLElement;
  readonly #call: CallWorker;
  readonly #inputs = element('div', { class: 'runInputs' });
  readonly #outputs = element('div', { class: 'runOutputs' });
  readonly #status = element('p', { class: 'runStatus', role: 'status' });
  readonly #more = element('div');
  readonly #engine = engineSelect(() => void this.run());
  readonly #seed = element('input', {
    inputmode: 'numeric',
    value: 1,
    'aria-label': 'Seed of random values',
    size: 4,
    onchange: () => void this.run(),
  });
  readonly #button = button('Run', () => void this.run(), { class: 'primary' });
  readonly #measure = button('Time by layer', () => void this.#showTimes());
  readonly #verify = button('Compare with the source', () => void this.#showVerification());
  #chosen: OutputContext['chosen'] = new Map();
  #classNames: readonly string[] = [];
  #cards: readonly InputCard[] = [];
  #isRunning = false;
  #isWanted = false;
  /** The results of the last run; absent before the first one. */
  outcome: RunOutcome | undefined;
  /** Called after each run. */
  onRun: (outcome: RunOutcome) => void = () => {};

  constructor(call: CallWorker) {
    this.#call = call;
    const bar = element(
      'div',
      { class: 'row runBar' },
      this.#button,
      'on',
      this.#engine,
      'seed',
      this.#seed,
      this.#measure,
      this.#verify,
      this.#namesButton(),
    );
    this.element = element(
      'div',
      { class: 'runPanel' },
      bar,
      this.#status,
      element('div', { class: 'runGrid' }, this.#inputs, this.#outputs),
      this.#more,
    );
  }

  /** Sets another net; inputs of the same name and shape keep their data. */
  show(net: ConvertedNet, pictureWay: string | undefined): void {
    const tensors = net.inputs.filter(({ blob }) => blob !== null);
    const keys = tensors.map(({ name, shape, dtype }) => JSON.stringify([name, shape, dtype])).join();
    if (keys === this.element.dataset.inputs) return;
    this.clear();
    this.element.dataset.inputs = keys;
    const host = { run: () => this.run(), report: (message: string) => this.#report(message), pictureWay };
    this.#cards = tensors.map((tensor) => inputCard(tensor, host));
    this.#inputs.replaceChildren(...this.#cards.map((card) => card.element));
  }

  /** Runs the net, or once more after the current run. */
  async run(): Promise<void> {
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#button.disabled = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      await this.#runOnce();
    }
    this.#isRunning = false;
    this.#button.disabled = false;
  }

  clear(): void {
    for (const card of this.#cards) card.dispose();
    this.#cards = [];
    this.#chosen = new Map();
    this.outcome = undefined;
    delete this.element.dataset.inputs;
    for (const part of [this.#inputs, this.#outputs, this.#status, this.#more]) part.replaceChildren();
  }

  async #runOnce(): Promise<void> {
    this.#status.textContent = 'Running …';
    try {
      const sources = await Promise.all(this.#cards.map(async (card) => [card.name, await card.source()] as const));
      const request: RunRequest = {
        engine: this.#engine.value === 'interpreter' ? 'interpreter' : 'ncnn.wasm',
        inputs: Object.fromEntries(sources),
        seed: Number(this.#seed.value) || 0,
      };
      const outcome = await this.#call('run', request);
      this.outcome = outcome;
      this.#showOutcome(outcome);
      this.onRun(outcome);
    } catch (error) {
      if (!isAbandoned(error)) this.#showFailure(error);
    }
  }

  #showOutcome(outcome: RunOutcome): void {
    const { engine, loadTime, runTime, outputs } = outcome;
    const loading = loadTime > 1 ? `, loaded in ${formatTime(loadTime)}` : '';
    this.#status.textContent = `Ran on ${engine === 'interpreter' ? 'the interpreter' : engine} in ${formatTime(runTime)}${loading}`;
    const context: OutputContext = { picture: this.#placedPicture(outcome), classNames: this.#classNames, chosen: this.#chosen };
    this.#outputs.replaceChildren(...outputs.map((output) => outputCard(output, context)));
  }

  #placedPicture({ placements }: RunOutcome): OutputContext['picture'] {
    for (const card of this.#cards) {
      const [bitmap, placement] = [card.picture?.(), placements[card.name]];
      if (bitmap === undefined || placement === undefined) continue;
      return { bitmap, placed: { width: bitmap.width, height: bitmap.height, placement } };
    }
    return undefined;
  }

  #showFailure(error: unknown): void {
    const { message, diagnostics } = failureOf(error);
    this.#status.textContent = 'The net did not run';
    const none = { apply: () => {}, ask: () => {} };
    const problem = diagnostics.length === 0 ? element('p', { class: 'problem' }, message) : diagnosticList(diagnostics, none);
    this.#outputs.replaceChildren(problem);
  }

  #report(message: string): void {
    this.#status.textContent = message;
  }

  async #showTimes(): Promise<void> {
    if (this.outcome === undefined) await this.run();
    this.#status.textContent = 'Measuring the layers …';
    try {
      this.#more.replaceChildren(layerTable(await this.#call('measure', measuredRuns), measuredRuns));
      this.#status.textContent = `Measured on ${this.outcome?.engine ?? 'the interpreter'}`;
    } catch (error) {
      if (!isAbandoned(error)) this.#showFailure(error);
    }
  }

  async #showVerification(): Promise<void> {
    this.#status.textContent = 'Computing the source and the net …';
    try {
      this.#more.replaceChildren(verificationTable(await this.#call('verify', Number(this.#seed.value) || 0)));
      this.#status.textContent = 'Compared, both computed without WebAssembly';
    } catch (error) {
      if (!isAbandoned(error)) this.#showFailure(error);
    }
  }

  #namesButton(): HTMLElement {
    const title = 'A text file with the name of a class in each line';
    return fileButton({ label: 'Class names', accept: '.txt,text/plain', title }, async (file) => {
      this.#classNames = file === undefined ? [] : (await file.text()).split(/\r?\n/).map((line) => line.trim());
      if (this.outcome !== undefined) this.#showOutcome(this.outcome);
    });
  }
}

function engineSelect(onChange: () => void): HTMLSelectElement {
  const engines: readonly EngineName[] = wasmUrl === undefined ? ['interpreter'] : ['ncnn.wasm', 'interpreter'];
  const options = engines.map((engine) => element('option', { value: engine }, engine === 'interpreter' ? 'the interpreter' : engine));
  return element('select', { 'aria-label': 'What runs the net', onchange: onChange }, ...options);
}
