import type { ReportData } from '../../report/data.ts';
import type { ConvertedModel } from './convertedModel.ts';

/** What `renderReport` shows of a model. */
export function reportOf({ reportJson }: ConvertedModel): ReportData {
  return JSON.parse(reportJson);
}
