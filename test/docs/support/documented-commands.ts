import { codeBlocks, readPage, USER_PAGES, withoutCodeBlocks } from './markdown.ts';

/** What a page tells its reader to type: one command, or a block whose lines belong together. */
export interface DocumentedCommand {
  page: string;
  text: string;
}

const PROGRAM = /^(npm|npx|node|aws|curl|cat|git|docker) /;

/** Every command of every page for users: `sh` blocks, blocks that are set off by four blanks, code among the words. */
export function documentedCommands(): DocumentedCommand[] {
  return USER_PAGES.flatMap((page) => {
    const markdown = readPage(page);
    const texts = [...ofShellBlocks(markdown), ...ofIndentedLines(markdown), ...ofInlineCode(markdown)];
    return [...new Set(texts)].map((text) => ({ page, text }));
  });
}

function ofShellBlocks(markdown: string): string[] {
  return codeBlocks(markdown)
    .filter(({ language }) => ['sh', 'bash', 'shell', 'console'].includes(language))
    .flatMap(({ text }) => (/^\w+=/.test(text) ? [text.trimEnd()] : commandLines(text)));
}

/** A line a command, less its comment; a line that ends in a backslash goes on in the next. */
const commandLines = (text: string): string[] =>
  text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/\s+# .*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const ofIndentedLines = (markdown: string): string[] =>
  [...withoutCodeBlocks(markdown).matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line).filter(isCommand);

const ofInlineCode = (markdown: string): string[] =>
  [...withoutCodeBlocks(markdown).matchAll(/`([^`]+)`/g)]
    .map(([, code = '']) => code.replaceAll(/\s+/g, ' '))
    .filter(isCommand);

const isCommand = (text: string): boolean => PROGRAM.test(text);
