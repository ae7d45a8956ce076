/**
 * What requests to several nodes failed of, in the order of the nodes; what the same request failed of at more than one
 * is said once, with all URLs.
 * @param messages as in `GET http://db1:8008/cluster: nothing listens there`; others stand as they are
 */
export function eachOnce(messages: readonly string[]): string {
  const said = new Map<
    string,
    { readonly method: string; readonly urls: string[]; readonly words: string }
  >();
  for (const message of messages) {
    const [, method = '', url = '', words = message] = /^([A-Z]+) (\S+): ([^]*)$/.exec(message) ?? [];
    const known = said.get(`${method} ${words}`) ?? { method, urls: [], words };
    if (!known.urls.includes(url)) known.urls.push(url);
    said.set(`${method} ${words}`, known);
  }
  return [...said.values()]
    .map(({ method, urls, words }) => (method === '' ? words : `${method} ${urls.join(', ')}: ${words}`))
    .join('; ');
}
