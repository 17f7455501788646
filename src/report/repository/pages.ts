import type { CimClass, CimInstance } from '../../cim/index.ts';
import { REPOSITORY_CSV_HEADER, rowCsv } from './csv.ts';
import { objectRow, type RepositoryRow } from './rows.ts';
import { objectMof, rowText } from './text.ts';

/** A part of the answer: rows under a title, or classes and instances in full. */
export type RepositorySection =
  | { readonly title?: string; readonly rows: Iterable<RepositoryRow>; readonly isEmptyTold?: string }
  | { readonly objects: Iterable<CimClass | CimInstance>; readonly as: 'mof' | 'json' };

export type RepositoryFormat = 'text' | 'jsonl' | 'csv';

/** Renders sections piece by piece; nothing is held that was printed. */
export function* renderRepository(sections: Iterable<RepositorySection>, format: RepositoryFormat): Generator<string> {
  if (format === 'csv') yield REPOSITORY_CSV_HEADER;
  for (const section of sections) {
    if ('objects' in section) {
      for (const one of section.objects) {
        if (format === 'csv') yield rowCsv(objectRow(one));
        else if (format === 'jsonl') yield `${JSON.stringify(objectRow(one))}\n`;
        else yield section.as === 'mof' ? objectMof(one) : `${JSON.stringify(objectRow(one), undefined, 2)}\n`;
      }
      continue;
    }
    let isFirst = true;
    for (const row of section.rows) {
      if (format === 'csv') yield rowCsv(row);
      else if (format === 'jsonl') yield `${JSON.stringify(row)}\n`;
      else {
        if (isFirst && section.title !== undefined) yield `\n${section.title}\n`;
        yield rowText(row);
      }
      isFirst = false;
    }
    if (isFirst && format === 'text' && section.isEmptyTold !== undefined) {
      yield `\n${section.title ?? ''}\n  ${section.isEmptyTold}\n`;
    }
  }
}
