import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROJECT, readPage, USER_PAGES, withoutCodeBlocks } from './support/markdown.ts';

const proseOf = (page: string): string => withoutCodeBlocks(readPage(page));

interface Link {
  page: string;
  target: string;
}

const links: Link[] = USER_PAGES.flatMap((page) =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ page, target })),
).filter(({ target }) => !/^https?:/.test(target));

/** GitHub's: lower case, blanks to hyphens, anything but letters, digits, hyphens and underscores left out; the second one ends in -1. */
function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  return [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  });
}

function faultOf({ page, target }: Link): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  const full = resolve(PROJECT, file);
  if (!existsSync(full)) return `${file} is not there`;
  if (anchor === undefined || statSync(full).isDirectory()) return undefined;
  return anchorsOf(file).includes(anchor) ? undefined : `${file} has no heading #${anchor}`;
}

/** Files that a page names in passing: from the project's root, `{a,b}` standing for each of them. */
const FILE = /`((?:lib|functions|infra|local|cli|test|bench|docs|\.github)\/[\w./{},-]+\.(?:ts|mjs|json|md|yml))`/g;
const named: Link[] = USER_PAGES.flatMap((page) =>
  [...proseOf(page).matchAll(FILE)].flatMap(([, path = '']) => expanded(path).map((target) => ({ page, target }))),
);

function expanded(path: string): string[] {
  const [, before, choices, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  return choices === undefined ? [path] : choices.split(',').map((choice) => `${before}${choice}${after}`);
}

describe('README.md and docs', () => {
  it('have links to follow and files to look at', () => {
    expect(links.length).toBeGreaterThan(30);
    expect(named.length).toBeGreaterThan(8);
  });

  it('link only to files and headings that are there', () => {
    const faults = links.map((link) => ({ ...link, fault: faultOf(link) })).filter(({ fault }) => fault !== undefined);
    expect(faults).toEqual([]);
  });

  it('name only files that are there', () => {
    expect(named.filter(({ target }) => !existsSync(resolve(PROJECT, target)))).toEqual([]);
  });

  it('reach each page from README.md', () => {
    const linked = links.filter(({ page }) => page === 'README.md').map(({ target }) => target.split('#')[0]);
    expect(USER_PAGES.filter((page) => page !== 'README.md' && !linked.includes(page))).toEqual([]);
  });
});
