import { convert, type ModelRun, medianOf, runModel, writeNpy } from '../../api.ts';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import { visible } from '../../diagnostics/visible.ts';
import { commit, stageAtOnce } from '../../files/staging.ts';
import { conversionNotes, conversionOptions, readConversionOptions } from '../arguments/conversionOptions.ts';
import { type OptionSpecs, UsageError } from '../arguments/usage.ts';
import { parseVerificationOptions, readVerificationInputs, verificationOptions } from '../arguments/verificationOptions.ts';
import { printDiagnostics, printJson } from '../output/diagnostics.ts';
import { startProgress } from '../output/progress.ts';
import { renderRun } from '../output/runTable.ts';
import { benchRuns, readWasm, runFailure } from './benchRun.ts';
import type { Command } from './command.ts';

const inputOptions: OptionSpecs = Object.fromEntries(
  Object.entries(verificationOptions).filter(([name]) => ['input', 'mean', 'norm', 'seed'].includes(name)),
);

export const runNetCommand: Command = {
  options: {
    ...inputOptions,
    out: { short: 'o', value: 'DIR', help: 'folder for the outputs as .npy files' },
    bench: { value: 'NUMBER', help: 'run the net this many times and print the median times of the net and of each layer' },
    interpreter: { help: 'run the net on the interpreter instead of ncnn.wasm' },
    ...conversionOptions,
    json: { help: 'print only one JSON object' },
  },
  notes: [...conversionNotes, 'Inputs without a file get random values. Exit code: 0, or 1 if the model failed, or 2 for wrong usage.'],
  run: async (args, terminal) => {
    const [model, ...more] = args.positionals;
    if (model === undefined) throw new UsageError('expected a model');
    if (more.length > 0) throw new UsageError('expected exactly one model');
    const conversionRequest = readConversionOptions(args);
    const request = parseVerificationOptions(args);
    const runs = benchRuns(args.values.get('bench')?.[0]);
    const [out] = args.values.get('out') ?? [];
    const json = args.values.has('json');
    const progress = startProgress(model, json ? undefined : terminal.showProgress);
    try {
      const { inputs = {}, seed } = await readVerificationInputs(request);
      const { artifact, diagnostics } = await convert(model, conversionRequest, { onStage: progress.stage });
      const wasm = args.values.has('interpreter') ? undefined : readWasm();
      const result = await runModel(artifact, {
        ...(wasm === undefined ? {} : { wasm }),
        ...(seed === undefined ? {} : { seed }),
        ...(conversionRequest.maxElements === undefined ? {} : { maxElements: conversionRequest.maxElements }),
        inputs,
        runs,
        now: () => performance.now(),
        onRun: (done) => terminal.showProgress?.(`run ${done} of ${runs}`),
      });
      progress.stop();
      printDiagnostics(diagnostics, terminal);
      const files = out === undefined ? [] : writeOutputs(out, result);
      if (json) printJson({ model, ok: true, ...summaryOf(result), files, diagnostics }, terminal);
      else for (const line of renderRun(model, result, terminal.paint)) terminal.print(line);
      for (const file of json ? [] : files) terminal.log(visible(file));
      return 0;
    } catch (error) {
      progress.stop();
      const failure = runFailure(error, model);
      const diagnostics = failure === undefined ? conversionErrors(error, { file: model }) : [failure];
      if (json) printJson({ model, ok: false, diagnostics }, terminal);
      else printDiagnostics(diagnostics, terminal);
      return 1;
    }
  },
};

/** Writes the outputs and returns the paths of the files. */
function writeOutputs(folder: string, { outputs }: ModelRun): readonly string[] {
  const taken = new Set<string>();
  const files = outputs.map(({ name, data, shape }, index) => {
    const plain = name.replace(/[^\w.-]/g, '_').slice(0, 100);
    const file = taken.has(plain) ? `${plain}-${index}` : plain;
    taken.add(file);
    return { name: `${file}.npy`, chunks: () => writeNpy(data, shape) };
  });
  const staged = stageAtOnce(folder, files);
  commit(staged);
  return staged.map((file) => file.path);
}

function summaryOf({ engine, outputs, times, layerTimes }: ModelRun): object {
  const described = outputs.map(({ name, shape, data }) => ({ name, shape, data: [...data.slice(0, 16)] }));
  return { engine, outputs: described, ...(times.length === 0 ? {} : { median: medianOf(times), times, layerTimes }) };
}
