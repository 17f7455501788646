import type { Indicator } from '../types.ts';

const MAX_INDICATORS = 1000;
const MAX_VALUE = 2048;

/** Collects indicators, each once without case, within a bound. */
export class IndicatorSet {
  readonly #found: Map<string, Indicator> = new Map();

  add(kind: Indicator['kind'], value: string): void {
    const text = value.slice(0, MAX_VALUE).toWellFormed();
    const key = `${kind}\0${text.toLowerCase()}`;
    if (text !== '' && this.#found.size < MAX_INDICATORS && !this.#found.has(key))
      this.#found.set(key, { kind, value: text });
  }

  /** Sorted by kind, then value, in code unit order. */
  list(): readonly Indicator[] {
    const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    return [...this.#found.values()].sort((a, b) => order(a.kind, b.kind) || order(a.value, b.value));
  }

  /** Everything that DOMAIN 5 asks to be taken out of a text. */
  read(raw: string): void {
    const text = raw.replace(/\[\.\]/g, '.');
    const isDone = this.#links(text);
    this.#addresses(isDone);
    this.#paths(text);
    for (const match of text.matchAll(
      /\b(?:hklm|hkcu|hkcr|hku|hkey_(?:local_machine|current_user|classes_root|users|current_config))(?::?\\{1,2})[^"'\r\n,;)<>|]{1,400}/gi,
    )) {
      this.add(
        'registry',
        match[0]
          .replace(/\\{2,}/g, '\\')
          .replace(/\s[-/][\s\S]*$/, '')
          .replace(/[\s\\]+$/, ''),
      );
    }
    for (const match of text.matchAll(/\bnet1?(?:\.exe)?["']?\s{1,8}user\s{1,8}(?![/>&|])["']?([\w.$@\\-]{1,64})/gi)) {
      this.add('account', match[1] ?? '');
    }
    for (const match of text.matchAll(
      /\b(?:new|set|enable)-localuser\b[^\r\n]{0,40}?\s["']?([A-Za-z][\w.$-]{0,63})/gi,
    )) {
      this.add('account', match[1] ?? '');
    }
    for (const match of text.matchAll(
      /\\{2}[\w.-]{1,64}\\{1,2}pipe\\{1,2}([\w.{}-]{1,128})|\bnamedpipe(?:client|server)stream\b[^\r\n]{0,80}?["']([\w.{}-]{2,128})["']/gi,
    )) {
      this.add('pipe', match[1] ?? match[2] ?? '');
    }
    for (const match of text.matchAll(/\bmutex\b[^\r\n]{0,80}?["']((?:global|local)?\\{0,2}[\w.{}-]{3,128})["']/gi)) {
      this.add('mutex', match[1] ?? '');
    }
    for (const match of text.matchAll(/\bmozilla\/\d[^"'\r\n]{0,300}/gi)) this.add('userAgent', match[0].trim());
    for (const match of text.matchAll(
      /\b(?:win32_\w{2,80}|cim_\w{2,80}|msft_\w{2,80}|stdregprov|__\w{4,80}|\w{2,40}eventconsumer)\b/gi,
    )) {
      this.add('wmiClass', match[0]);
    }
    for (const match of text.matchAll(/(?<![\w])root[\\/]{1,2}[a-z]\w{1,60}(?:[\\/]{1,2}\w{1,60}){0,6}/gi)) {
      this.add('wmiClass', match[0].replace(/[\\/]+/g, '\\').toLowerCase());
    }
    for (const match of text.matchAll(
      /\b(?:createobject|activexobject|getobject|-comobject|gettypefromprogid)\b[\s(]{1,8}["']([a-z][\w]{0,60}(?:\.[\w]{1,60}){1,4})["']/gi,
    )) {
      this.add('progId', match[1] ?? '');
    }
    for (const match of text.matchAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi)) {
      const isClass = /\{$|clsid|gettypefromclsid/i.test(text.slice(Math.max(0, match.index - 40), match.index));
      if (isClass) this.add('clsid', match[0].toUpperCase());
    }
  }

  /** Links and their hosts; gives the text without them, so that they are not read twice. */
  #links(text: string): string {
    return text.replace(
      /\b(hxxps?|https?|ftp):\/\/([^\s"'`<>()[\]{}|^]{1,2048}|\[[0-9a-f:]{2,45}\][^\s"'`<>()|^]{0,2000})/gi,
      (whole) => {
        const link = whole
          .replace(/[.,;&]+$/, '')
          .replace(/^hxxp/i, 'http')
          .replace(/\[\.\]/g, '.');
        const host = /^\w{3,5}:\/\/(?:[^/@\s]{1,128}@)?(\[[0-9a-f:]{2,45}\]|[^/:?#\s]{1,253})(:\d{1,5})?/i.exec(link);
        const name = host?.[1] ?? '';
        if (/^(?:\d{1,3}\.){3}\d{1,3}$|^\[/.test(name)) {
          this.add('url', link);
          this.add('ip', name + (host?.[2] ?? ''));
        } else if (/^[a-z0-9_](?:[\w-]{0,62}\.)*[\w-]{1,63}$/i.test(name)) {
          if (/(?:^|\.)schemas\.(?:microsoft|xmlsoap)\.(?:com|org)$|(?:^|\.)w3\.org$/i.test(name)) return ' ';
          this.add('url', link);
          if (name.includes('.')) this.add('domain', name.toLowerCase());
        }
        return ' ';
      },
    );
  }

  #addresses(text: string): void {
    for (const match of text.matchAll(/(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(:\d{1,5})?(?![\w.]*\.\d|\w)/g)) {
      const octets = (match[1] ?? '').split('.').map(Number);
      const [a = 0, b = 0, c = 0, d = 0] = octets;
      if (octets.some((octet) => octet > 255) || a === 0 || (b === 0 && c === 0 && d === 0)) continue;
      if (/(?:version|ver)["']?[\s:=]{0,4}["']?$/i.test(text.slice(Math.max(0, match.index - 16), match.index)))
        continue;
      this.add('ip', match[0]);
    }
  }

  #paths(text: string): void {
    for (const match of text.matchAll(
      /(?<![\w])(?:[a-z]:\\{1,2}|%\w{1,32}%\\{1,2}|\$env:\w{1,32}\\{1,2})(?:[^\\/:*?"'<>|\r\n,;()=%]{1,128}\\{1,2}){0,24}[^\\/:*?"'<>|\r\n,;()=%]{1,128}/gi,
    )) {
      const path = withoutArguments(match[0].replace(/\\{2,}/g, '\\'));
      this.add('path', path);
    }
    for (const match of text.matchAll(
      /(?<![\\\w:])\\{2}([a-z0-9][\w.-]{0,253})(?:@\w{1,16}){0,2}\\([\w$-][^\s/:*?"'<>|]{0,512})/gi,
    )) {
      const host = match[1] ?? '';
      if (host.length < 2 || /^root$/i.test(host) || /^(?:root|pipe)(?:\\|$)/i.test(match[2] ?? '')) continue;
      this.add('unc', match[0].replace(/[\\.,;)]+$/, ''));
    }
  }
}

/** A path whose last part ends at its extension, or at the first blank where it has none. */
function withoutArguments(path: string): string {
  const cut = path.lastIndexOf('\\') + 1;
  const last = path.slice(cut);
  const named = /^[^\s]{1,128}(?: [^\s/-][^\s]{0,64}){0,4}?\.[a-z0-9]{1,5}(?=$|[\s\]}&.])/i.exec(last)?.[0];
  return (path.slice(0, cut) + (named ?? last.replace(/\s[\s\S]*$/, ''))).replace(/[\s.\]}&\\]+$/, '');
}
