import { ncnnError } from '../../../src/diagnostics/diagnostic.ts';
import { emitters } from '../../../src/emit/index.ts';
import type { ModelSource } from '../../../src/importers/source.ts';
import { allPasses } from '../../../src/net/passes/index.ts';
import { checkConvertOptions } from '../../../src/options/convertEntries.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import type { SourceConversion } from '../../../src/pipeline/convertSource.ts';
import { inspectSource } from '../../../src/pipeline/inspectSource.ts';
import { verifyConversion } from '../../../src/pipeline/verifyConversion.ts';
import { reportData } from '../../../src/report/index.ts';
import { viewNet } from '../../../src/report/netView.ts';
import { compareBlob } from './compareBlob.ts';
import { convertOpened } from './convertOpened.ts';
import { archiveForms, emitForms } from './emitForms.ts';
import { folderSource, type ReadBlob } from './folderSource.ts';
import type { StageTime, WorkerCalls } from './messages.ts';
import { NetRunner } from './netRunner.ts';

export interface WorkerHost {
  readonly read: ReadBlob;
  readonly onStage: (stage: StageTime['stage']) => void;
}

/** The functions that a page calls, on the state of one model. */
export function openCalls({ read, onStage }: WorkerHost): WorkerCalls {
  let source: ModelSource | undefined;
  let conversion: SourceConversion | undefined;
  let options: ConvertOptions = {};
  let runner: NetRunner | undefined;
  const opened = (): ModelSource => source ?? fail('no model is open');
  const converted = (): SourceConversion => conversion ?? fail('no model is converted');
  const running = (): NetRunner => {
    runner ??= new NetRunner(converted());
    return runner;
  };
  return {
    open: async (files) => {
      onStage('read');
      source = folderSource(files, read);
      return {
        inspection: await inspectSource(source),
        passes: allPasses.map(({ name, description }) => ({ name, description })),
        forms: [...emitters.keys(), 'report'],
      };
    },
    convert: async (chosen) => {
      runner?.dispose();
      runner = undefined;
      conversion = undefined;
      checkConvertOptions(chosen);
      options = chosen;
      const result = await convertOpened(opened(), chosen, onStage);
      conversion = result.conversion;
      return result.net;
    },
    draw: () => viewNet(reportData(converted())),
    run: (request) => running().run(request),
    measure: (runs) => running().measure(runs),
    blob: (name) => compareBlob(running(), converted(), name, options),
    verify: async (seed) => {
      const inputs = runner?.lastFeeds(seed) ?? {};
      const settings = { ...options, seed, inputs };
      return (await verifyConversion(opened().file, converted(), settings)).verification;
    },
    emit: (forms) => emitForms(converted(), forms),
    archive: (forms) => archiveForms(converted(), forms),
  };
}

function fail(message: string): never {
  throw ncnnError('option-invalid', message, 'Open a model first.');
}
