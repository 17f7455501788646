/** A command line without the wrapper of a tool that is known by it. */
export interface ToolCommand {
  readonly tool: 'wmiexec' | 'smbexec' | 'dcomexec or wmiexec' | 'NetExec wmi';
  /** The command that the operator typed. */
  readonly command: string;
  readonly offset: number;
}

/**
 * The inner command of a known remote shell's wrapper (DOMAIN 3.3, 4): wmiexec's and dcomexec's
 * `cmd.exe /Q /c CMD 1> \\127.0.0.1\SHARE\__TIME 2>&1`, smbexec's `echo CMD ^> ..execute.bat`, NetExec's
 * `cmd.exe /Q /c  CMD 1> C:\windows\temp\UUID.txt 2>&1 && certutil ..`. Undefined for other lines.
 */
export function unwrapKnownTool(commandLine: string): ToolCommand | undefined {
  if (commandLine.length > 65536) return undefined;
  const shell = /^\s{0,16}"?(?:[a-z]:\\windows\\system32\\)?(?:cmd(?:\.exe)?|%comspec%)"?\s{1,8}\/q\s{1,8}\/c\s/i.exec(
    commandLine,
  );
  if (shell === null) return undefined;
  const start = shell[0].length;
  const rest = commandLine.slice(start);
  const share =
    /\s1>\s{0,4}\\\\127\.0\.0\.1\\([\w$. -]{1,80})\\__(1\d{9}(?:\.\d{1,7})?|\d{5}|[\w.]{1,40})\s{1,4}2>&1/i.exec(rest);
  if (share !== null) {
    const isFullTime = /^1\d{9}/.test(share[2] ?? '');
    return { tool: isFullTime ? 'wmiexec' : 'dcomexec or wmiexec', ...inner(rest.slice(0, share.index), start) };
  }
  const netexec =
    /\s1>\s{0,4}[a-z]:\\windows\\temp\\[0-9a-f]{8}-[0-9a-f-]{27}\.txt\s{1,4}2>&1\s{0,4}&&\s{0,4}certutil(?:\.exe)?\s{1,4}-encodehex\b/i.exec(
      rest,
    );
  if (netexec !== null) return { tool: 'NetExec wmi', ...inner(rest.slice(0, netexec.index), start) };
  const echo =
    /^\s{0,4}echo\s([\s\S]{1,60000}?)\s\^>\s{0,4}\\\\[^\\\s]{1,253}\\[^\\\s]{1,80}\\__output\w{0,40}\s{1,4}2\^>\^&1\s{1,4}>\s{0,4}\S{1,260}\.bat\b/i.exec(
      rest,
    );
  if (echo !== null) {
    const command = echo[1] ?? '';
    return { tool: 'smbexec', ...inner(command, start + rest.indexOf(command)) };
  }
  return undefined;
}

function inner(text: string, offset: number): { readonly command: string; readonly offset: number } {
  const leading = text.length - text.trimStart().length;
  return { command: text.trim(), offset: offset + leading };
}
