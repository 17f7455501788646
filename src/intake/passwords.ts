/** Passwords of a file that are tried. */
export const MAX_PASSWORDS = 1000;

/** The passwords in a file: one a line, UTF-8, in order, empty lines left out. A mark at its start and CR LF are passed over. */
export function passwordsOf(text: string): readonly string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  return [...new Set(lines.filter((line) => line !== ''))];
}
