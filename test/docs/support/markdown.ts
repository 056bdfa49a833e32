import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const PROJECT = resolve(import.meta.dirname, '../../..');

/** What users read: the front page, the pages behind it, and those of the folders. */
export const USER_PAGES: readonly string[] = ['README.md', ...globSync('docs/*.md', { cwd: PROJECT }).sort()];

export const readPage = (path: string): string => readFileSync(resolve(PROJECT, path), 'utf8');

export interface CodeBlock {
  language: string;
  /** What stands behind the language. */
  label: string;
  text: string;
  /** Of its first line, from 1. */
  line: number;
}

/** Fenced blocks, indented ones included, without their indentation. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const fence = /^( *)```([\w-]+)?(?: (\S.*))?\n([\s\S]*?)^\1```$/gm;
  return [...markdown.matchAll(fence)].map((match) => {
    const [, indent = '', language = '', label = '', text = ''] = match;
    return {
      language,
      label,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      line: markdown.slice(0, match.index).split('\n').length + 1,
    };
  });
}

/** The page with its fenced blocks emptied. */
export const withoutCodeBlocks = (markdown: string): string =>
  markdown.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, (block) => block.replaceAll(/[^\n]/g, ''));

/** Cells of the rows of the table whose header begins with these cells; code marks are taken off. */
export function tableRows(markdown: string, ...header: string[]): string[][] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${header.join(' | ')} |`));
  if (start < 0) throw new Error(`no table begins with ${header.join(', ')}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
  );
}
