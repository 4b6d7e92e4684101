// Words that packages write into pages without asking their `translate` service, exchanged while bundling.
// Each `find` must occur exactly once in its file: a package that moved on fails the build instead of the page.
import { readFile } from 'node:fs/promises';

const PATCHES = [
  {
    file: /form-js-viewer[\\/]dist[\\/]index\.es\.js$/,
    words: './src/words/form.js',
    swaps: [
      ["children: valueLabel || 'Select'", "children: valueLabel || __word('Select')"],
      ["placeholder: 'Search',", "placeholder: __word('Search'),"],
      ['children: "Browse"', "children: __word('Browse')"],
      [
        '"aria-label": `Remove list item ${itemIndex + 1}`',
        "\"aria-label\": __word('Remove list item {value}', { value: itemIndex + 1 })",
      ],
      // Dates are written the way of the page's language, not of the browser's.
      ["function getLocaleDateFormat(locale = 'default')", 'function getLocaleDateFormat(locale = __locale())'],
    ],
  },
];

/** The esbuild plugin that applies them. */
export function patches() {
  const applied = new Set();
  return {
    name: 'patches',
    setup(build) {
      for (const patch of PATCHES) {
        build.onLoad({ filter: patch.file }, async ({ path }) => {
          applied.add(patch);
          const source = await readFile(path, 'utf8');
          const words = JSON.stringify(new URL(patch.words, import.meta.url).pathname);
          return {
            contents: `import { word as __word, locale as __locale } from ${words};\n${swap(source, patch.swaps, path)}`,
            loader: 'js',
          };
        });
      }
      build.onEnd(() => {
        for (const patch of PATCHES) {
          if (!applied.has(patch)) throw new Error(`no file matches the patch ${patch.file}`);
        }
      });
    },
  };
}

function swap(source, swaps, path) {
  return swaps.reduce((text, [find, put]) => {
    const found = text.split(find).length - 1;
    if (found !== 1) throw new Error(`patch: ${JSON.stringify(find)} occurs ${found} times in ${path}`);
    return text.replace(find, () => put);
  }, source);
}
