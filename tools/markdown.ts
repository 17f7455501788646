/** Text of one cell of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

/** A table in Markdown: one line for its head and one a row, the last without an end of line. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  cellOf: (text: string) => string = cell,
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cellOf).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
