/** Which analytics a loss blinds (SETTLED B22); a test holds the ids against the catalogue. */

/** Those that read what stands in records: all but the ones about log files and copies. */
export const ALL_FIELDS: readonly string[] = [
  ...['C01', 'C02', 'C03', 'C04', 'C05', 'C06', 'C07', 'C10', 'C11', 'C12', 'C13', 'C15'],
  ...['M01', 'N01', 'N02'],
  ...['R01', 'R02', 'R03', 'R04', 'R05', 'R07', 'R08', 'R15', 'R19'],
  ...['S01', 'S02', 'S05', 'S06', 'S10', 'S19', 'T01'],
];

/** Those that read bindings, failures and provider loads of WMI-Activity. */
export const WMI_ACTIVITY: readonly string[] = [
  ...['C01', 'C02', 'C03', 'C04', 'C05', 'C07', 'C10', 'C13', 'C15'],
  ...['R01', 'R02', 'R04', 'S01', 'S02', 'S19'],
];

/** Those that read starts of processes with their parents and command lines, and what Sysmon tells beside them. */
export const OPERATIONAL: readonly string[] = ALL_FIELDS.filter((id) => id !== 'N01' && id !== 'T01');

/** Those that read fields of Security which a table of columns may leave out. */
export const SECURITY_COLUMNS: readonly string[] = ['R01', 'R02', 'R03', 'R07', 'R08', 'R15', 'R19', 'S01', 'S05'];
