/** The folder of a server: as asked for, else by the environment, else `triad-data` (SERVE 0.1: 15). */
export function dataFolderOf(
  asked: string | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  const { STATE_DIRECTORY: folders = '', TRIAD_DATA: own = '' } = variables;
  const given = [asked ?? '', own, folders.split(':')[0] ?? ''].find((folder) => folder !== '');
  return given ?? 'triad-data';
}
