import { sha256Hex } from '../../bytes/index.ts';
import { programClassOf } from '../../windows/index.ts';
import type { Indicator, PayloadFeature, PayloadLayer } from '../types.ts';
import { digestHex, lookAt, stringsOf, xored, xorKeyOf } from './binary.ts';
import { Budget, PAYLOAD_LIMITS, type PayloadLimits } from './budget.ts';
import { plainCommand, splitCommands } from './cmd-text.ts';
import { optionName, programName, wordsOf } from './command-line.ts';
import { decodeEncodedScripts } from './encoded-script.ts';
import { featuresOf, pointsOf, type Sightings, shortened, type WeighedText } from './features.ts';
import { type FoldStep, isWorthALayer } from './fold-step.ts';
import { IndicatorSet } from './indicators.ts';
import { inflate } from './inflate.ts';
import { type Language, languageOf, scriptLanguageOf } from './language.ts';
import { LayerLedger } from './layer-ledger.ts';
import { literalRuns, tryDeflate } from './literal-runs.ts';
import { bytesText, describeExecutable, embeddedExecutables } from './portable-executable.ts';
import { PowerShellFolder } from './powershell-fold.ts';
import { commandName } from './powershell-names.ts';
import { parsePowerShell } from './powershell-parse.ts';
import { type Folded, textOf } from './powershell-value.ts';
import { foldScript } from './script-fold.ts';
import { commandOf, isNativeProgram, unquoted } from './started-command.ts';
import { decodeBase64, sniffText } from './text-bytes.ts';
import { unwrapCommand } from './unwrap.ts';

export type PayloadKind = 'auto' | 'command' | 'script' | 'powershell' | 'vbscript' | 'jscript';

/** What a payload holds under its wrapping, and what that is worth (DOMAIN 5). */
export interface PayloadAnalysis {
  /** In the order in which they were met: each layer stands behind the one that it was found in. */
  readonly layers: readonly PayloadLayer[];
  /** P01 to P18 that were earned, each once, in code order. */
  readonly features: readonly PayloadFeature[];
  /** Sum of the features, at most 40. */
  readonly points: number;
  /** Sorted by kind and value, each once. */
  readonly indicators: readonly Indicator[];
  /** Bounds that were hit, in words with their count. Empty when everything was read. */
  readonly stopped: readonly string[];
}

/**
 * Peels a payload layer by layer without running anything: encodings, compression, string building, wrapping programs.
 * Weights are taken over the payload and every layer. `kind` says what the text is; `auto` looks. Bounds are those of
 * DOMAIN 5, with steps in place of the 200 ms, so that the answer is the same on every machine.
 *
 *     analysePayload('powershell -e JwBhACcAKwAnAGIAJwA=').layers.map((layer) => layer.text); // ["'a'+'b'", 'ab']
 */
export function analysePayload(
  text: string,
  kind: PayloadKind = 'auto',
  limits: Partial<PayloadLimits> = {},
): PayloadAnalysis {
  return new Peeler({ ...PAYLOAD_LIMITS, ...limits }).analyse(text, kind);
}

class Peeler {
  readonly #budget: Budget;
  readonly #ledger: LayerLedger;
  readonly #texts: WeighedText[] = [];
  readonly #programs: { programClass: 'interpreter' | 'lolbin' | 'discovery'; name: string; match: string }[] = [];
  readonly #runs: string[] = [];
  readonly #encoded: string[] = [];
  readonly #code: string[] = [];
  readonly #indicators: IndicatorSet = new IndicatorSet();
  readonly #seenTexts: Set<string> = new Set();

  constructor(limits: PayloadLimits) {
    this.#budget = new Budget(limits);
    this.#ledger = new LayerLedger(this.#budget);
  }

  analyse(text: string, kind: PayloadKind): PayloadAnalysis {
    const { inputChars } = this.#budget.limits;
    if (text.length > inputChars) this.#budget.hit('input');
    const input = text.length > inputChars ? text.slice(0, inputChars) : text;
    const language = languageFor(input, kind);
    this.#peel(input, language, []);
    // What was called a command may be a script that somebody pasted: it is read as what it looks like too.
    const looked = languageOf(input);
    if (
      language === 'command' &&
      looked !== 'command' &&
      this.#ledger.layers.length === 0 &&
      this.#programs.length === 0
    ) {
      this.#peel(input, looked, []);
    }
    const features = featuresOf(this.#sightings());
    return {
      layers: this.#ledger.layers,
      features,
      points: pointsOf(features),
      indicators: this.#indicators.list(),
      stopped: this.#budget.stopped(),
    };
  }

  #sightings(): Sightings {
    return {
      texts: this.#texts,
      programs: this.#programs,
      runs: this.#runs,
      encoded: this.#encoded,
      code: this.#code,
      deepest: this.#ledger.deepest(),
    };
  }

  #addText(
    path: readonly string[],
    operation: string,
    at: number,
    end: number,
    text: string,
    language: Language | 'auto',
  ): void {
    // Hashing costs too: what no longer fits is not hashed.
    if (text.trim() === '' || !this.#ledger.fits(text.length)) return;
    const below = this.#ledger.add(path, operation, at, end, text, sha256Hex(text.toWellFormed()));
    if (below !== undefined) this.#peel(text, language === 'auto' ? languageOf(text) : language, below);
  }

  /** Bytes that a layer gave: text is read on, packed data is unpacked, the rest is described. */
  #addBytes(
    path: readonly string[],
    operation: string,
    at: number,
    end: number,
    bytes: Uint8Array,
    language: Language | 'auto',
    around = '',
  ): void {
    if (!this.#budget.spend(1 + (bytes.length >> 4))) return;
    const look = lookAt(bytes);
    if (look.text !== undefined) {
      this.#addText(path, operation, at, end, look.text, language);
      return;
    }
    const below = this.#ledger.add(path, operation, at, end, look.description, digestHex('sha256', bytes));
    if (below === undefined || !this.#budget.spend(1 + (bytes.length >> 3))) return;
    if (look.kind === 'gzip' || look.kind === 'zlib') {
      const plain = inflate(bytes, look.kind, this.#budget);
      if (plain !== undefined) this.#addBytes(below, look.kind, 0, bytes.length, plain, language, around);
      return;
    }
    if (look.kind === 'pe' || look.kind === 'shellcode') {
      this.#code.push(look.description);
      this.#hashes(bytes);
    }
    if (look.kind === 'binary') {
      const deflated = tryDeflate(around, bytes, this.#budget);
      if (deflated !== undefined) {
        this.#addBytes(below, 'deflate', 0, bytes.length, deflated, language, around);
        return;
      }
      const key = this.#budget.spend(1 + bytes.length) ? xorKeyOf(bytes) : undefined;
      if (key !== undefined) {
        const operation = `xor 0x${key.toString(16).padStart(2, '0')} (guessed)`;
        this.#addBytes(below, operation, 0, bytes.length, xored(bytes, key), language, around);
        return;
      }
    }
    for (const executable of embeddedExecutables(bytes)) {
      const inside = bytes.subarray(executable.offset);
      const text = describeExecutable(executable, inside.length);
      this.#code.push(`MZ at ${bytesText(executable.offset)} into the data: ${text}`);
      this.#ledger.add(below, 'embedded program', executable.offset, bytes.length, text, digestHex('sha256', inside));
      this.#hashes(inside);
    }
    const strings = stringsOf(bytes);
    if (strings !== '') this.#indicators.read(strings);
  }

  #hashes(bytes: Uint8Array): void {
    this.#indicators.add('md5', digestHex('md5', bytes));
    this.#indicators.add('sha1', digestHex('sha1', bytes));
    this.#indicators.add('sha256', digestHex('sha256', bytes));
  }

  /** The steps of one folded expression as layers, each below the one before it; only the last is read on. */
  #addSteps(
    path: readonly string[],
    at: number,
    end: number,
    steps: readonly FoldStep[],
    language: Language | 'auto',
  ): void {
    if (!isWorthALayer(steps)) return;
    let below: readonly string[] = path;
    let from = at;
    let to = end;
    steps.forEach((step, i) => {
      if (step.operation === 'variable' || step.operation === 'string expansion') return;
      const { value } = step;
      if (typeof value === 'string' && /^-?\d{0,10}$/.test(value)) return;
      if (i === steps.length - 1) {
        if (typeof value === 'string') this.#addText(below, step.operation, from, to, value, language);
        else this.#addBytes(below, step.operation, from, to, value, language);
        return;
      }
      const look = typeof value === 'string' ? undefined : lookAt(value);
      const text = typeof value === 'string' ? value : (look?.description ?? '');
      const isText = typeof value === 'string' || look?.text !== undefined;
      const digest = isText ? sha256Hex(text.toWellFormed()) : digestHex('sha256', value as Uint8Array);
      const made = this.#ledger.add(below, step.operation, from, to, text, digest);
      below = made ?? [...below, step.operation];
      from = 0;
      to = typeof value === 'string' ? value.length : value.length;
    });
  }

  #peel(text: string, language: Language, path: readonly string[]): void {
    if (text.trim() === '' || !this.#budget.spend(1 + (text.length >> 3))) return;
    const key = `${language}\0${sha256Hex(text.toWellFormed())}`;
    if (this.#seenTexts.has(key)) return;
    this.#seenTexts.add(key);
    this.#texts.push({ text, language });
    this.#indicators.read(text);
    for (const block of decodeEncodedScripts(text)) {
      const operation = block.isIntact ? 'Script.Encode' : 'Script.Encode (damaged)';
      this.#addText(path, operation, block.at, block.end, block.text, scriptLanguageOf(block.text));
    }
    if (language === 'command') this.#command(text, path);
    else if (language === 'powershell') this.#powershell(text, path);
    else if (language === 'vbscript' || language === 'jscript') this.#script(text, language, path);
    else this.#unknown(text, path);
    if (language !== 'command') this.#mentions(text, path);
    for (const run of literalRuns(text, this.#budget)) {
      const plain = sniffText(run.bytes);
      const digest = plain === undefined ? digestHex('sha256', run.bytes) : sha256Hex(plain.toWellFormed());
      // What a call was seen to decode is a layer already.
      if (!this.#ledger.holds(digest)) this.#addBytes(path, run.operation, run.at, run.end, run.bytes, 'auto', text);
    }
  }

  #command(text: string, path: readonly string[]): void {
    const plain = plainCommand(text, this.#budget);
    if (plain.operations.length > 0 && plain.text !== text) {
      this.#addText(path, `cmd ${plain.operations.join(', ')}`, 0, text.length, plain.text, 'command');
      return;
    }
    const first = unwrapCommand(text);
    // Inside `cmd /c "a & b"` the separators belong to the inner command.
    const isWhole = first.program === 'cmd' || /^(?:powershell|pwsh|mshta|rundll32|for)$/.test(first.program);
    const segments = isWhole ? [{ text, at: 0, end: text.length }] : splitCommands(text);
    for (const segment of segments) {
      if (!this.#budget.spend(1 + segment.text.length)) return;
      this.#simpleCommand(segment.text, segment.at, path);
    }
  }

  #simpleCommand(line: string, offset: number, path: readonly string[]): void {
    const { program, words, inner, encoded } = unwrapCommand(line);
    this.#program(program, line);
    if (program === 'powershell' || program === 'pwsh') {
      const option = words.find((word) => optionName(word.text) === 'encodedcommand');
      if (option !== undefined) this.#encoded.push(line.slice(option.at));
    }
    if (encoded !== undefined) this.#encodedCommand(encoded.text, offset + encoded.at, offset + encoded.end, path);
    for (const item of inner) {
      if (item.language === 'unknown') this.#indicators.read(item.text);
      const text = item.operation === 'powershell -Command' ? unquoted(item.text) : item.text;
      this.#addText(path, item.operation, offset + item.at, offset + item.end, text, item.language);
    }
  }

  #encodedCommand(text: string, at: number, end: number, path: readonly string[]): void {
    const bytes = decodeBase64(text);
    const plain = bytes === undefined ? undefined : sniffText(bytes);
    if (plain !== undefined) this.#addText(path, 'powershell -EncodedCommand', at, end, plain, 'powershell');
    else if (bytes !== undefined && bytes.length >= 8) {
      this.#addBytes(path, 'powershell -EncodedCommand', at, end, bytes, 'powershell');
    }
  }

  #program(name: string, line: string): void {
    const programClass = programClassOf(name);
    if (programClass !== undefined) this.#programs.push({ programClass, name, match: shortened(line) });
  }

  #powershell(text: string, path: readonly string[]): void {
    const bare = text.replace(/(?<=\w)`(?=[\w-])|(?<=-)`(?=\w)/g, '');
    if (bare !== text) {
      this.#addText(path, 'backticks', 0, text.length, bare, 'powershell');
      return;
    }
    const folder = new PowerShellFolder(this.#budget, {
      onFold: (at, end, steps) => this.#addSteps(path, at, end, steps, 'auto'),
      onRun: (at, end, folded) => this.#ran(text, at, end, folded, path),
      onCall: (call) => {
        const source = text.slice(call.at, call.end);
        if (call.name === 'start-process') {
          const target = call.named.get('filepath') ?? call.positional[0];
          const args = call.named.get('argumentlist') ?? call.named.get('args') ?? call.positional[1];
          const program = target === undefined ? undefined : textOf(target.value);
          const rest = args === undefined ? '' : ` ${textOf(args.value) ?? ''}`;
          if (program !== undefined) this.#started(program + rest, call.at, call.end, path);
        } else if (call.name === 'invoke-wmimethod' || call.name === 'invoke-cimmethod') {
          const given = call.named.get('argumentlist') ?? call.named.get('arguments') ?? call.named.get('args');
          const command = given === undefined ? undefined : commandOf(given);
          if (command !== undefined) this.#started(command, call.at, call.end, path);
        } else if (/\.exe$/.test(call.name) || isNativeProgram(call.name)) this.#simpleCommand(source, call.at, path);
        return undefined;
      },
    });
    folder.run(parsePowerShell(text, this.#budget));
  }

  /** `iex`, `&`, `.` and `.Invoke()` in PowerShell. A command name or path that is merely called is no decoded text. */
  #ran(text: string, at: number, end: number, folded: Folded | undefined, path: readonly string[]): void {
    const source = text.slice(at, end);
    const code = folded === undefined ? undefined : textOf(folded.value);
    const isCall = /^[&.]/.test(source);
    const isBuilt = folded !== undefined && isWorthALayer(folded.steps);
    if (isCall) {
      const name = code === undefined ? '' : commandName(code.trim());
      if (name === 'invoke-expression') this.#runs.push(source);
      else if (code !== undefined && isNativeProgram(programName(code)))
        this.#simpleCommand(source.replace(/^[&.]\s*/, ''), at, path);
      return;
    }
    const isInvoke =
      /\.\s*invoke(?:script|returnasis)?\s*\(/i.test(source) && !/^\s*(?:iex|invoke-expression)\b/i.test(source);
    if (isInvoke && code === undefined && !/invokescript/i.test(source)) return;
    if (isInvoke && !isBuilt) return;
    this.#runs.push(source);
    if (folded !== undefined && isBuilt) this.#addSteps(path, at, end, folded.steps, 'powershell');
    else if (code !== undefined) this.#addText(path, 'invoke-expression', at, end, code, 'powershell');
  }

  /** A command line that a script starts. */
  #started(command: string, at: number, end: number, path: readonly string[]): void {
    this.#addText(path, 'command started by the script', at, end, command, 'command');
  }

  #script(text: string, dialect: 'vbscript' | 'jscript', path: readonly string[]): void {
    foldScript(text, dialect, this.#budget, {
      onFold: (at, end, steps) => this.#addSteps(path, at, end, steps, 'auto'),
      onRun: (form, name, at, end, folded) => {
        const code = folded === undefined ? undefined : textOf(folded.value);
        if (form === 'code') {
          this.#runs.push(text.slice(at, end));
          if (folded !== undefined && isWorthALayer(folded.steps)) this.#addSteps(path, at, end, folded.steps, dialect);
          else if (code !== undefined) this.#addText(path, name, at, end, code, dialect);
        } else if (folded !== undefined && isWorthALayer(folded.steps)) {
          this.#addSteps(path, at, end, folded.steps, 'command');
        } else if (code !== undefined && code.trim() !== '') this.#started(code, at, end, path);
      },
    });
  }

  /** Text that looks like nothing: constants are folded all the same, in the grammars that share their quotes. */
  #unknown(text: string, path: readonly string[]): void {
    if (text.length > 65536) return;
    const before = this.#ledger.layers.length;
    this.#powershell(text, path);
    if (this.#ledger.layers.length === before && /["'(]/.test(text))
      this.#script(text, text.includes("'") ? 'jscript' : 'vbscript', path);
  }

  /** Encoded commands that a script or unknown text only mentions: `x = "powershell -enc ..."`. */
  #mentions(text: string, path: readonly string[]): void {
    let count = 0;
    for (const match of text.matchAll(/\b(?:powershell|pwsh)(?:\.exe)?\b/gi)) {
      if (++count > 32) return;
      const line = text.slice(match.index, match.index + 131072);
      const words = wordsOf(line.slice(0, 4096)).slice(1, 24);
      const option = words.findIndex((word) => optionName(word.text) === 'encodedcommand');
      const value = words[option + 1];
      if (option < 0 || value === undefined) continue;
      const run = /^["'\s]{0,4}([A-Za-z0-9+/]{16,131072}={0,2})/.exec(line.slice(value.at));
      if (run?.[1] === undefined) continue;
      this.#encoded.push(line.slice(words[option]?.at ?? 0, value.at + 200));
      const at = match.index + value.at;
      this.#encodedCommand(run[1], at, at + run[0].length, path);
    }
  }
}

function languageFor(text: string, kind: PayloadKind): Language {
  if (kind === 'auto') return languageOf(text);
  if (kind !== 'script') return kind;
  const script = scriptLanguageOf(text);
  return script === 'unknown' ? languageOf(text) : script;
}
