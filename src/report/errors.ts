import type { HuntResult } from './result.ts';

/**
 * `errors.jsonl` of a report folder: every anomaly as a line with the keys of PRODUCT 6.4; what an anomaly does not know is
 * left out. `file` is the innermost file, `archive` what it lies in, outermost first.
 */
export function* renderErrors(result: HuntResult): Generator<string> {
  for (const anomaly of result.anomalies) {
    const { code, level, file, container = [], offset, recordId, message, count, tamper, lost, recovered } = anomaly;
    const archive = [file, ...container.slice(0, -1)];
    yield `${JSON.stringify({
      code,
      level,
      file: container.at(-1) ?? file,
      ...(container.length === 0 ? {} : { archive }),
      offset,
      record_id: recordId,
      message,
      count,
      tamper,
      lost_records: lost,
      recovered_records: recovered,
    })}\n`;
  }
}
