// Bundles every page's script and style into ../static/dist: one IIFE and one style sheet each.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { patches } from './patches.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '..', 'static', 'dist');
const bundles = ['ui', 'form', 'diagram', 'replay', 'check'];

const plugin = patches();
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: Object.fromEntries(bundles.map(name => [name, `src/${name}.js`])),
  outdir: out,
  bundle: true,
  format: 'iife',
  target: ['chrome93', 'firefox93', 'safari15.4'],
  minify: true,
  legalComments: 'none', // licences.txt has the whole texts
  metafile: true,
  charset: 'utf8',
  logLevel: 'warning',
  plugins: [plugin],
});

const versions = {};
for (const name of bundles.flatMap(one => [`${one}.js`, `${one}.css`])) {
  const content = await readFile(join(out, name));
  versions[name] = createHash('sha256').update(content).digest('hex').slice(0, 12);
}
await writeFile(join(out, 'versions.json'), `${JSON.stringify(versions, null, 2)}\n`);
await writeFile(join(out, 'licences.txt'), await licences(Object.keys(metafile.inputs)));
console.log(`built ${Object.keys(versions).length} files`);

/** The licence of every package that went into a bundle, as its authors wrote it. */
async function licences(inputs) {
  const packages = new Set(inputs.map(path => path.match(/^(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/)?.[1]));
  packages.delete(undefined);
  const texts = [...packages].sort().map(async folder => {
    const { name, version, license } = JSON.parse(await readFile(join(here, folder, 'package.json'), 'utf8'));
    const file = (await readdir(join(here, folder))).find(entry => /^licen[cs]e/i.test(entry));
    const text = file ? await readFile(join(here, folder, file), 'utf8') : 'See its README.';
    return `${name} ${version} · ${license ?? 'licence as below'}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(100)}\n\n`);
}
