/** Text for people: links and addresses that nothing turns into a live link (`hxxp`, `[.]`). Machine output stays raw. */
export function defang(text: string): string {
  return text
    .replace(/\bhttp(?=s?:\/\/)/gi, 'hxxp')
    .replace(/\bftp(?=:\/\/)/gi, 'fxp')
    .replace(/(hxxps?:\/\/|fxp:\/\/)([^\s/"'<>]{1,512})/gi, (_, scheme: string, host: string) => scheme + dotted(host))
    .replace(/(?<![\w.[])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\.\d|\w)/g, (address) => dotted(address));
}

function dotted(host: string): string {
  return host.replace(/\[?\.\]?/g, '[.]');
}
