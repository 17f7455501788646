/** The line of a shape of JSON with `TargetUserName` twice in one object: first with another value, which is kept beside the last (SETTLED B18). */
export function withNameTwice(line: string, earlier = 'mallory'): string {
  const at = line.indexOf('"TargetUserName"');
  if (at < 0) throw new Error('the line names no TargetUserName');
  return `${line.slice(0, at)}"TargetUserName":"${earlier}",${line.slice(at)}`;
}
