/** The longest placeholder that is one: `%TargetInstance.Name%`, `%Items(3)%` (standard string templates, DOMAIN 1.1). */
const PLACEHOLDER = /%(?:%|[A-Za-z_][\w.]{0,255}(?:[([]\d{1,6}[)\]])?%)/g;
/** Below this many fixed characters a template fits nearly any command line and proves nothing. */
const MIN_FIXED = 3;
const MAX_TEXT = 65536;

/** The fixed texts between the placeholders of a template; one part means that it has none. */
function fixedParts(template: string): string[] {
  const parts: string[] = [];
  let current = '';
  let from = 0;
  for (const found of template.matchAll(PLACEHOLDER)) {
    current += template.slice(from, found.index);
    from = found.index + found[0].length;
    if (found[0] === '%%') {
      current += '%';
    } else {
      parts.push(current);
      current = '';
    }
  }
  parts.push(current + template.slice(from));
  return parts;
}

/**
 * True when a started command line is what a consumer's CommandLineTemplate gives after WMI put the event's properties in
 * for `%Property%` (SETTLED A5, DOMAIN C03). Without case, blanks at the ends aside; each placeholder stands for any
 * text, also none. A template without at least three fixed characters matches nothing. Linear: each fixed text is looked
 * for once, from where the one before it ended.
 */
export function matchesTemplate(template: string, commandLine: string): boolean {
  if (template.length > MAX_TEXT || commandLine.length > MAX_TEXT) return false;
  const parts = fixedParts(template.trim()).map((part) => part.toLowerCase());
  const fixed = parts.reduce((sum, part) => sum + part.replace(/\s/g, '').length, 0);
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  // A placeholder at the end may have given nothing, which leaves its blank in front to be trimmed.
  const text = commandLine.trim().toLowerCase() + (last === '' ? ' ' : '');
  if (parts.length === 1) return first !== '' && text === first;
  if (fixed < MIN_FIXED) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
