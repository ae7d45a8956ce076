import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baselineReport } from '../../src/report/baseline/baselineReport.js';
import { reportHtml } from '../../src/report/baseline/html/page.js';
import { baselineWith, HOSTILE, hostileInput } from '../support/baselineReportInput.js';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** What a page did beside showing itself. */
interface Told {
  readonly page: Page;
  readonly requests: string[];
  readonly console: string[];
  readonly dialogs: string[];
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

let folder: string;
let context: BrowserContext;
const two = (): string => pathToFileURL(join(folder, 'two.html')).href;
const one = (): string => pathToFileURL(join(folder, 'one.html')).href;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgdba-report-'));
  const input = hostileInput();
  await writeFile(join(folder, 'two.html'), await reportHtml(baselineReport(input)));
  const alone = { ...input, before: null, after: baselineWith(), diff: null, series: [], queryRates: null };
  await writeFile(join(folder, 'one.html'), await reportHtml(baselineReport(alone)));
  context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: '/usr/bin/chromium',
    args: ARGS,
    offline: true,
    viewport: { width: 1200, height: 900 },
  });
});

afterAll(async () => {
  await context.close();
  await rm(folder, { recursive: true, force: true });
});

async function opened(url: string, media: Parameters<Page['emulateMedia']>[0] = {}): Promise<Told> {
  const page = await context.newPage();
  const told: Told = { page, requests: [], console: [], dialogs: [] };
  page.on('request', (request) => told.requests.push(request.url()));
  page.on('console', (message) => told.console.push(message.text()));
  page.on('pageerror', (error) => told.console.push(error.message));
  page.on('dialog', (dialog) => {
    told.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.emulateMedia(media);
  await page.goto(url);
  return told;
}

async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate<Violation[]>('axe.run().then(({ violations }) => violations)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

describe('the HTML report in a browser', () => {
  it('opens from disk, asks for nothing else and says nothing on the console', async () => {
    const { page, requests, console, dialogs } = await opened(two());
    expect(await page.title()).toContain('shop-prod');
    expect(await page.evaluate('document.styleSheets.length')).toBe(1);
    expect(await page.evaluate("getComputedStyle(document.querySelector('.tiles')).display")).toBe('grid');
    expect(requests).toEqual([two()]);
    expect(console).toEqual([]);
    expect(dialogs).toEqual([]);
    await page.close();
  });

  it('shows what a server says as text, and runs none of it', async () => {
    const { page, dialogs } = await opened(two());
    const text = await page.evaluate<string>('document.body.textContent');
    for (const hostile of [
      HOSTILE.script,
      HOSTILE.image,
      HOSTILE.quotes,
      HOSTILE.emoji,
      HOSTILE.hebrew,
      HOSTILE.markdown,
    ])
      expect(text).toContain(hostile);
    expect(text).not.toContain('\u202e');
    expect(text).toContain(String.raw`abc\u202etxt.exe\u202c`);
    expect(
      await page.evaluate(
        "document.querySelectorAll('script, img, iframe, link, object, base, form').length",
      ),
    ).toBe(0);
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames()).filter((n) => n.startsWith('on') || n === 'style').length",
      ),
    ).toBe(0);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(dialogs).toEqual([]);
    await page.close();
  });

  it('forbids scripts and requests even to what would be put into it', async () => {
    const { page, requests } = await opened(two());
    const refused = await page.evaluate<string[]>(`new Promise((resolve) => {
      const refused = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        refused.push(effectiveDirective);
        if (refused.length === 4) resolve(refused.sort());
      });
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 2';
      document.body.append(script);
      const picture = document.createElement('img');
      picture.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
      document.body.append(picture);
      const style = document.createElement('style');
      style.textContent = 'body { display: none }';
      document.body.append(style);
      fetch('https://evil.example/').catch(() => undefined);
    })`);
    expect(refused).toEqual(['connect-src', 'img-src', 'script-src-elem', 'style-src-elem']);
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(requests).toEqual([two()]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('is accessible in %s colours', async (colorScheme) => {
    const { page } = await opened(two(), { colorScheme });
    expect(await seriousViolations(page)).toEqual([]);
    const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 22, 28)');
    await page.close();
  });

  it('has links that lead somewhere, and ids that are there once', async () => {
    const { page } = await opened(two());
    const broken = await page.evaluate<string[]>(
      "[...document.querySelectorAll('a[href^=\"#\"]')].map((a) => a.getAttribute('href')).filter((href) => document.querySelector(href) === null)",
    );
    const ids = await page.evaluate<string[]>("[...document.querySelectorAll('[id]')].map(({ id }) => id)");
    expect(broken).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await page.evaluate("document.querySelectorAll('nav a').length")).toBeGreaterThan(10);
    await page.close();
  });

  it('fits a phone: tables scroll by themselves, the page does not', async () => {
    const { page } = await opened(two());
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('.scroll')].some((e) => e.scrollWidth > e.clientWidth)",
      ),
    ).toBe(true);
    await page.close();
  });

  it('prints on A4 with no table cut off', async () => {
    const { page } = await opened(two(), { media: 'print' });
    // 210 mm less the margins of the style sheet, at 96 dots per inch.
    await page.setViewportSize({ width: 702, height: 1000 });
    const cut = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.scroll')].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.getAttribute('aria-label'))",
    );
    expect(cut).toEqual([]);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0).toBeGreaterThan(2);
    await page.close();
  });

  it('tells of a single baseline, too', async () => {
    const { page, console } = await opened(one());
    expect(await page.evaluate("document.querySelector('.verdict').textContent")).toContain(
      'nothing to compare with',
    );
    expect(await seriousViolations(page)).toEqual([]);
    expect(console).toEqual([]);
    await page.close();
  });
});
