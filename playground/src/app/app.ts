import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import { changeList } from '../conversion/changeList.ts';
import { type Change, changesBetween, runChanges } from '../conversion/changes.ts';
import { diagnosticList } from '../conversion/diagnosticList.ts';
import { type Example, examples, loadExample } from '../files/examples.ts';
import type { FilesByPath } from '../files/filesByPath.ts';
import { filesCard } from '../files/filesCard.ts';
import { missingFileOf, missingFiles, modelsAmong } from '../files/modelFiles.ts';
import type { LinkContents } from '../options/link.ts';
import { type OptionForm, optionForm } from '../options/optionForm.ts';
import type { ConvertedNet, OpenedModel, RunOutcome } from '../worker/messages.ts';
import { modelHeader } from './modelHeader.ts';
import { failureOf, isAbandoned, OpenModel } from './openModel.ts';
import { createPanels, type Panels } from './panels.ts';

/** The files and options to open a model with. */
interface Opening {
  readonly options?: ConvertOptions;
  readonly example?: Example;
}

/** The page: a worker converts the given files, and panels show the result. */
export class App {
  readonly #panels: Panels;
  readonly #files = filesCard({ open: (model) => this.#reopen(model), add: (name, file) => this.#add(name, file) });
  #model: OpenModel | undefined;
  #form: OptionForm | undefined;
  #before: ConvertedNet | undefined;
  /** Counts opened models, so that an example that arrives late is ignored. */
  #opening = 0;
  /** Counts conversions, so that the result of an earlier one is not shown. */
  #turn = 0;
  #changes: readonly Change[] = [];
  #runBefore: RunOutcome | undefined;
  #forms: readonly string[] = [];
  #missing: readonly string[] = [];
  #example: Example | undefined;
  /** Options of a link, for the first files that are opened. */
  #linked: ConvertOptions = {};

  constructor(root: HTMLElement) {
    this.#panels = createPanels(root, {
      files: this.#files.element,
      open: (files) => this.give(files),
      openExample: (example) => this.openExample(example),
      onRun: (outcome) => this.#compareRuns(outcome),
      call: (name, argument) => (this.#model ?? fail()).call(name, argument),
      stop: () => this.#model?.stop(),
    });
  }

  /** Accepts files: those that the open model lacks, or another model. */
  give(files: FilesByPath): void {
    const provided = [...files].flatMap(([name, file]) => {
      const missing = missingFileOf(name, this.#missing);
      return missing === undefined ? [] : [[missing, file] as const];
    });
    if (this.#model !== undefined && provided.length > 0) {
      const { files: known, model } = this.#model;
      void this.open(new Map([...known, ...files, ...provided]), model, { options: this.#form?.options() ?? {} });
      return;
    }
    const [model] = modelsAmong([...files.keys()]);
    if (model !== undefined) void this.open(files, model, { options: this.#linked });
    this.#linked = {};
  }

  /** Opens the example of a link, or keeps its options until files are opened. */
  openLink({ example: key, options }: LinkContents): void {
    const example = examples.find((entry) => entry.key === key);
    if (example !== undefined) void this.openExample(example, options);
    else {
      this.#linked = options;
      this.#panels.invite('The link has options: drop the model that they are for.');
    }
  }

  async openExample(example: Example, options: ConvertOptions = example.options): Promise<void> {
    const opening = ++this.#opening;
    this.#panels.begin(`Loading ${example.title} …`);
    try {
      const files = await loadExample(example);
      // Something else may have been opened meanwhile.
      if (opening !== this.#opening) return;
      await this.open(files, example.files[0] ?? '', { options, example });
    } catch (error) {
      this.#panels.showProblem(error instanceof Error ? error.message : String(error));
    }
  }

  /** Opens a model and converts it. The one before is closed, and its memory freed. */
  async open(files: FilesByPath, model: string, { options = {}, example }: Opening = {}): Promise<void> {
    this.#opening++;
    this.#model?.close();
    this.#before = undefined;
    this.#runBefore = undefined;
    this.#form = undefined;
    this.#missing = [];
    this.#example = example;
    this.#panels.clear(example);
    this.#panels.begin(`Reading ${model} …`);
    this.#files.show(files, model, modelsAmong([...files.keys()]));
    const opened = new OpenModel(files, model, (stage) => this.#panels.stage(stage));
    this.#model = opened;
    try {
      this.#showForm(await opened.open(), options);
    } catch (error) {
      if (!isAbandoned(error)) this.#showFailure(error);
      return;
    }
    await this.#convert();
  }

  #reopen(model: string): void {
    if (this.#model !== undefined) void this.open(this.#model.files, model);
  }

  #add(name: string, file: File): void {
    if (this.#model === undefined) return;
    const { files, model } = this.#model;
    void this.open(new Map([...files, [name, file]]), model, { options: this.#form?.options() ?? {} });
  }

  #showForm(opened: OpenedModel, options: ConvertOptions): void {
    const names = opened.inspection.outputs.map(({ name }) => name);
    const form = optionForm(opened, names, () => void this.#convert());
    form.set(options);
    this.#form = form;
    this.#forms = opened.forms;
    this.#panels.showForm(form.element);
  }

  async #convert(): Promise<void> {
    const [model, form] = [this.#model, this.#form];
    if (model === undefined || form === undefined) return;
    const turn = ++this.#turn;
    const options = form.options();
    this.#panels.begin('Converting …');
    try {
      const net = await model.convert(options);
      this.#panels.end(net.times);
      this.#panels.showDiagnostics(diagnosticList(net.diagnostics, this.#actions()), 'converted');
      this.#panels.showNet(net, modelHeader(net), {
        options,
        files: [...model.files.keys()],
        model: model.model,
        example: this.#example,
        forms: this.#forms,
      });
      form.showPasses(net.passes);
      this.#compare(net);
      // A net that was run is run again, so that the results can be compared.
      if (this.#runBefore !== undefined || this.#example !== undefined) await this.#panels.run();
      if (turn === this.#turn) await this.#draw(model);
    } catch (error) {
      if (!isAbandoned(error) && turn === this.#turn) this.#showFailure(error);
    }
  }

  async #draw(model: OpenModel): Promise<void> {
    try {
      await this.#panels.showDrawing(await model.call('draw', undefined));
    } catch (error) {
      // The net is still usable.
      if (!isAbandoned(error)) this.#panels.showNoDrawing(failureOf(error).message);
    }
  }

  #compare(net: ConvertedNet): void {
    this.#changes = this.#before === undefined ? [] : changesBetween(this.#before, net);
    this.#panels.showChanges(this.#changes.length === 0 ? undefined : changeList(this.#changes));
    this.#before = net;
    this.#runBefore = this.#panels.outcome();
  }

  /** Compares the first run of a conversion with the last one of the conversion before. */
  #compareRuns(outcome: RunOutcome): void {
    if (this.#runBefore === undefined) return;
    this.#changes = [...this.#changes, ...runChanges(this.#runBefore, outcome)];
    this.#runBefore = undefined;
    this.#panels.showChanges(changeList(this.#changes));
  }

  #showFailure(error: unknown): void {
    const { message, diagnostics } = failureOf(error);
    this.#panels.end([]);
    if (diagnostics.length === 0) {
      this.#panels.showProblem(message);
      return;
    }
    this.#missing = missingFiles(diagnostics, this.#model?.model ?? '');
    this.#files.ask(this.#missing);
    this.#panels.showDiagnostics(diagnosticList(diagnostics, this.#actions()), 'failed');
  }

  #actions(): Parameters<typeof diagnosticList>[1] {
    return {
      apply: (advice) => this.#form?.apply(advice),
      ask: (what, input) => this.#panels.showOptions(() => this.#form?.focus(what, input)),
    };
  }
}

function fail(): never {
  throw new Error('no model is open');
}
