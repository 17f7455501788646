import { Language, type Node, Parser, type Tree } from 'web-tree-sitter';

/** A PowerShell script as its grammar sees it (L17). */
export interface ParsedScript {
  /** Parts that the grammar cannot read, and operators that Windows PowerShell 5.1 does not know. */
  readonly problems: readonly string[];
  /** Names of commands that it calls, each once, sorted. */
  readonly commands: readonly string[];
  /** Values of its literal texts. */
  readonly literals: readonly string[];
}

await Parser.init();
const grammar = await Language.load(
  new URL('../node_modules/tree-sitter-powershell/tree-sitter-powershell.wasm', import.meta.url).pathname,
);

/** Constructs of PowerShell 7 only; the grammar lets them pass (SETTLED D12). */
const ONLY_SEVEN = /^(?:&&|\|\||\?\?=?|\?\.|\?\[)$/;

/** The tree of a script; null where the parser gave up. */
export function powershellTree(script: string): Tree | null {
  const parser = new Parser();
  parser.setLanguage(grammar);
  return parser.parse(script);
}

export function parsePowershell(script: string): ParsedScript {
  const tree = powershellTree(script);
  if (tree === null) return { problems: ['not parsed'], commands: [], literals: [] };
  const problems: string[] = [];
  const commands = new Set<string>();
  const literals: string[] = [];
  const visit = (node: Node): void => {
    const at = `line ${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`;
    if (node.isError || node.isMissing) problems.push(at);
    if (node.type === 'pipeline_chain_tail' || ONLY_SEVEN.test(node.type)) problems.push(`${at} (PowerShell 7 only)`);
    if (node.type === 'command_name') commands.add(node.text);
    if (node.type === 'verbatim_string_characters') literals.push(node.text.slice(1, -1).replaceAll("''", "'"));
    for (const child of node.children) if (child !== null) visit(child);
  };
  visit(tree.rootNode);
  return { problems, commands: [...commands].sort(), literals };
}
