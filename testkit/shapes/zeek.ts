/** One call that Zeek's dce_rpc log holds (SERVE 2.1, CORPUS 4.5). */
export interface WireCall {
  /** Microseconds of 1970. */
  readonly time: bigint;
  readonly uid: string;
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
  readonly endpoint: string;
  readonly operation: string;
}

const decimal = (micros: bigint): string => `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`;

/** Zeek's own TSV with its head. */
export function zeekTsv(calls: readonly WireCall[]): string {
  const head = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tdce_rpc',
    '#open\t2026-03-12-14-31-58',
    '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\trtt\tnamed_pipe\tendpoint\toperation',
    '#types\ttime\tstring\taddr\tport\taddr\tport\tinterval\tstring\tstring\tstring',
  ];
  const rows = calls.map((call) =>
    [
      decimal(call.time),
      call.uid,
      call.client,
      call.clientPort,
      call.server,
      call.serverPort,
      '0.000140',
      call.serverPort,
      call.endpoint,
      call.operation,
    ].join('\t'),
  );
  return [...head, ...rows, '#close\t2026-03-12-15-00-00', ''].join('\n');
}

/** JSON lines; with `isUnderscored` as some collectors rename the members, `@stream` in front. */
export function zeekJson(calls: readonly WireCall[], isUnderscored = false): string {
  const id = (name: string): string => JSON.stringify(isUnderscored ? `id_${name}` : `id.${name}`);
  return calls
    .map(
      (call) =>
        `{${isUnderscored ? '"@stream":"dce_rpc",' : ''}"ts":${decimal(call.time)},"uid":${JSON.stringify(call.uid)},${id('orig_h')}:${JSON.stringify(call.client)},${id('orig_p')}:${call.clientPort},${id('resp_h')}:${JSON.stringify(call.server)},${id('resp_p')}:${call.serverPort},"rtt":0.000140,"named_pipe":"${call.serverPort}","endpoint":${JSON.stringify(call.endpoint)},"operation":${JSON.stringify(call.operation)}}\n`,
    )
    .join('');
}
