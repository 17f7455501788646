import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { temporaryFolder } from './opened-state.ts';

/** A folder with a copy of the stored file of a format, which `format-N/make.ts` made. */
export function storedFolder(t: TestContext, format: number): string {
  const folder = temporaryFolder(t);
  const fixture = join(import.meta.dirname, `format-${format}`, 'state.sqlite.zst');
  writeFileSync(join(folder, 'state.sqlite'), zstdDecompressSync(readFileSync(fixture)));
  return folder;
}

type Row = Readonly<Record<string, unknown>>;

export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** All tables of a file with their rows; `wanted`: those tables alone, with the columns that they had. */
export function tablesOf(folder: string, wanted?: readonly Table[]): readonly Table[] {
  const database = new DatabaseSync(join(folder, 'state.sqlite'), { readOnly: true });
  try {
    const all = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
      .all();
    const names = wanted?.map(({ name }) => name) ?? all.map(({ name }) => String(name));
    return names.map((name) => {
      const own = database.prepare(`SELECT name FROM pragma_table_info(?)`).all(name);
      const columns =
        wanted?.find((table) => table.name === name)?.columns ?? own.map((column) => String(column['name']));
      const rows = database.prepare(`SELECT ${columns.join(', ')} FROM ${name}`).all();
      return { name, columns, rows: rows.map((row) => ({ ...row })) };
    });
  } finally {
    database.close();
  }
}

/** How each table, index and trigger of a file was made. */
export function schemaOf(folder: string): readonly unknown[] {
  const database = new DatabaseSync(join(folder, 'state.sqlite'), { readOnly: true });
  try {
    return database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
  } finally {
    database.close();
  }
}
