// Writes the browser's third-party code, one module a library, into the static files; the loader of
// the widget: a site's tag asks for one small file; and the console of production in one file:
// development serves its modules as they are written.
import { copyFile, mkdir } from "node:fs/promises";
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
await build({
  entryPoints: [`${modules}/widget/loader.js`],
  // By these only the loader's own parts call each other: no name of a browser, a wire or a site.
  mangleProps:
    /^(isSettled|frameWindow|hasFocus|isOpen|envelope|restart|refused|attach|speak|paint|forget|flush|beacon|drop|leave|begin|failed|again|drawer|emit)$/,
  outfile: `${out}/widget.js`,
  bundle: true,
  minify: true,
  format: "iife",
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
