import type { ReportData } from '../../report/data.ts';
import type { ConvertedModel } from './convertedModel.ts';

/** The data that `renderReport` shows for a model. */
export function reportOf({ reportJson }: ConvertedModel): ReportData {
  return JSON.parse(reportJson);
}
