/** One room of the house, as the table in ARCHITECTURE.md says. */
export interface Room {
  readonly floor: number;
  readonly name: string;
  /** Rooms whose doors it uses. */
  readonly imports: readonly string[];
}

/** The rows `| floor | \`room\` | purpose | imports |` of the plan; a table without rows is an error of the document. */
export function readPlan(markdown: string): readonly Room[] {
  const rooms: Room[] = [];
  for (const line of markdown.split('\n')) {
    const cells = /^\|\s*(\d+)\s*\|\s*`(\w+)`\s*\|[^|]*\|([^|]*)\|\s*$/.exec(line);
    if (cells === null) continue;
    const imports = (cells[3] ?? '').split(',').map((name) => name.trim());
    rooms.push({
      floor: Number(cells[1]),
      name: cells[2] ?? '',
      imports: imports.filter((name) => name !== '' && name !== '—').sort(),
    });
  }
  if (rooms.length === 0) throw new Error('ARCHITECTURE.md holds no plan');
  return rooms;
}
