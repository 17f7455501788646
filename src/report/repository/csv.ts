import { cell } from '../csv-cell.ts';
import type { RepositoryRow } from './rows.ts';

const COLUMNS = [
  'kind',
  'namespace',
  'class',
  'path',
  'generation',
  'label',
  'confidence',
  'not_before',
  'not_after',
  'page',
  'record',
  'details',
] as const;

type Cells = Partial<Record<(typeof COLUMNS)[number], string | number>>;

export const REPOSITORY_CSV_HEADER: string = `${COLUMNS.join(',')}\n`;

/** One row as a line of CSV: the same columns for every kind, the rest as JSON in `details`. */
export function rowCsv(row: RepositoryRow): string {
  const cells = cellsOf(row);
  return `${COLUMNS.map((column) => cell(cells[column])).join(',')}\n`;
}

function cellsOf(row: RepositoryRow): Cells {
  switch (row.kind) {
    case 'repository':
      return {
        kind: row.kind,
        path: row.place,
        generation: row.generation,
        details: details({ windows: row.windows }),
      };
    case 'generation': {
      const { id, modified, map, keys, classes, instances } = row;
      return {
        kind: row.kind,
        generation: id,
        not_after: modified ?? '',
        details: details({ map, keys, classes, instances }),
      };
    }
    case 'instance':
      return { ...placed(row), details: details(row.properties) };
    case 'class':
      return { ...placed(row), details: details(row.properties.map(({ name, type }) => `${type} ${name}`)) };
    case 'remain':
      return { ...placed(row.instance), kind: row.kind, details: details(row.instance.properties) };
    case 'remainingClass':
      return { ...placed(row.class), kind: row.kind };
    case 'change':
      return {
        kind: row.change,
        namespace: row.namespace,
        class: row.class ?? '',
        path: row.path ?? '',
        generation: row.generations.join('..'),
        not_before: row.notBefore ?? '',
        not_after: row.notAfter ?? '',
        details: details(row.values),
      };
    case 'anomaly':
      return { kind: row.kind, class: row.code, path: row.file, details: row.message };
    case 'unread':
    case 'listing':
    case 'namespace':
    case 'security':
    case 'edge':
    case 'residue':
    case 'text': {
      const { kind, ...rest } = row;
      return {
        kind,
        ...('namespace' in row ? { namespace: row.namespace } : {}),
        ...('class' in row ? { class: row.class } : {}),
        details: details(rest),
      };
    }
  }
}

function placed(row: RepositoryRow & { kind: 'instance' | 'class' }): Cells {
  const { repository } = row;
  return {
    kind: row.kind,
    namespace: row.namespace ?? '',
    class: row.class,
    ...('path' in row ? { path: row.path } : {}),
    ...(repository.generation === undefined ? {} : { generation: repository.generation }),
    label: repository.label,
    confidence: repository.confidence,
    page: repository.physicalPage,
    ...(repository.recordId === undefined ? {} : { record: repository.recordId }),
  };
}

function details(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}
