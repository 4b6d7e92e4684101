// Bundles every page's script and style into ../static/dist: one IIFE and one style sheet each.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
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
await build({
  absWorkingDir: here,
  entryPoints: Object.fromEntries(bundles.map(name => [name, `src/${name}.js`])),
  outdir: out,
  bundle: true,
  format: 'iife',
  target: ['chrome93', 'firefox93', 'safari15.4'],
  minify: true,
  legalComments: 'linked',
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
console.log(`built ${Object.keys(versions).length} files`);
