import type { CodeBlock } from './markdown.ts';

/** An `http` block: first line, headers, an empty line, the body without the block's last line end. */
export interface HttpExample {
  start: string;
  headers: Record<string, string>;
  body: string;
}

export function httpExample({ text }: CodeBlock): HttpExample {
  const [head = '', ...rest] = text.replace(/\n$/, '').split('\n\n');
  const [start = '', ...lines] = head.trimEnd().split('\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)] as const;
  });
  return { start, headers: Object.fromEntries(headers), body: rest.join('\n\n') };
}

export interface Exchange {
  request: HttpExample;
  answer: HttpExample;
  line: number;
}

/** Each `http` block without a label that is followed by one whose first line is a status. */
export function exchanges(blocks: readonly CodeBlock[]): Exchange[] {
  const unlabelled = blocks.filter(({ language, label }) => language === 'http' && label === '');
  const found: Exchange[] = [];
  for (let index = 0; index < unlabelled.length; index += 2) {
    const [request, answer] = unlabelled.slice(index, index + 2).map(httpExample);
    const line = unlabelled[index]?.line ?? 0;
    if (!request || !answer || !/^\d{3}$/.test(answer.start)) throw new Error(`line ${line}: a request has no answer`);
    found.push({ request, answer, line });
  }
  return found;
}
