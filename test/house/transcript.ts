/** A fenced block of a document. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** A command that a document shows; with `output` it shows what it prints, too. */
export interface Command {
  readonly line: string;
  readonly output: string | undefined;
}

export function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
}

/** The commands of a block: every line of `sh`; in `console` the lines behind `$ `, each with the output below it. */
export function commandsOf(block: Block): readonly Command[] {
  if (block.language === 'sh') {
    const lines = block.text.split('\n').map((line) => line.replace(/\s+#\s.*$/, '').trim());
    return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => ({ line, output: undefined }));
  }
  if (block.language !== 'console') return [];
  return block.text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { line: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/** True when the output is what is shown; a shown line that is only `…` stands for any lines. */
export function matchesOutput(actual: string, shown: string): boolean {
  const parts = shown.trimEnd().split(/^…\n?/m);
  let rest = `${actual.trimEnd()}\n`;
  for (const [i, part] of parts.entries()) {
    const wanted = part === '' ? '' : `${part.trimEnd()}\n`;
    const at = i === 0 ? (rest.startsWith(wanted) ? 0 : -1) : rest.indexOf(wanted);
    if (at < 0) return false;
    rest = rest.slice(at + wanted.length);
  }
  return parts.length > 1 ? true : rest.trim() === '';
}
