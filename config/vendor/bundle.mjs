// Writes the browser's third-party code, one module a library, into the static files; the loader of
// the widget, for a site's tag asks for one small file, and what few pages need of it; and the console of production in one file:
// development serves its modules as they are written.
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = `${here}../static/vendor`;
const modules = `${here}../../talk/static`;
const lit = {
  name: "lit",
  setup: (/** @type {import("esbuild").PluginBuild} */ { onResolve }) =>
    onResolve({ filter: /^\/static\/vendor\/lit\.js$/ }, () => ({ path: `${here}lit.js` })),
};
/** Style sheets lie in templates, which no minifier touches. */
const oneLine = {
  name: "one line",
  setup: (/** @type {import("esbuild").PluginBuild} */ { onLoad }) =>
    onLoad({ filter: /style\.js$/ }, async ({ path }) => {
      const [before, css] = (await readFile(path, "utf8")).split("STYLE = ");
      return { contents: `${before}STYLE = ${css.replaceAll("\n", "")}` };
    }),
};

await mkdir(out, { recursive: true });
await build({
  entryPoints: [`${here}lit.js`],
  outfile: `${out}/lit.js`,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  conditions: ["production"],
  legalComments: "eof",
});
await copyFile(`${here}lit.js`, `${out}/lit.d.ts`);
// By these only the loader and its second file call each other: no name of a browser, a wire or a site.
const ours =
  /^(isSettled|frameWindow|shut|watch|send|load|show|hide|hasFocus|isOpen|envelope|restart|refused|attach|speak|paint|forget|flush|beacon|drop|leave|begin|again|drawer|emit|end|stored|revoke|keep|tally|landed|post)$/;
// A page may have an older one of the two files: what they call each other keeps its name.
const shared = { keep: "K", revoke: "R", stored: "S", post: "P" };
await build({
  entryPoints: [`${modules}/widget/loader.js`],
  mangleProps: ours,
  outfile: `${out}/widget.js`,
  plugins: [oneLine],
  mangleCache: shared,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
});
await build({
  entryPoints: [`${modules}/widget/more.js`],
  outfile: `${out}/widget-more.js`,
  mangleProps: ours,
  mangleCache: shared,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
});
await build({
  entryPoints: [`${modules}/console/main.js`],
  outfile: `${out}/console.js`,
  plugins: [lit],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  conditions: ["production"],
  legalComments: "eof",
});
