// Builds the served files into src/moei/web/static/moei and stamps them with a hash of their sources.
import { createHash } from "node:crypto"
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"

import rtlcss from "rtlcss"
import { NodePackageImporter, compile } from "sass"
import { build } from "vite"

import { basemap } from "./basemap.mjs"

const here = dirname(fileURLToPath(import.meta.url))
const out = join(here, "../src/moei/web/static/moei")

// Script, package and subset; Devanagari comes with Noto Sans itself. Chinese, Japanese and Korean fall
// back to the system's fonts: a subset of theirs would weigh more than everything else together.
const SUBSETS = [
  ["Latin", "noto-sans", "latin"],
  ["Latin Ext", "noto-sans", "latin-ext"],
  ["Vietnamese", "noto-sans", "vietnamese"],
  ["Cyrillic", "noto-sans", "cyrillic"],
  ["Devanagari", "noto-sans", "devanagari"],
  ["Thai", "noto-sans-thai", "thai"],
  ["Myanmar", "noto-sans-myanmar", "myanmar"],
  ["Ethiopic", "noto-sans-ethiopic", "ethiopic"],
  ["Arabic", "noto-sans-arabic", "arabic"],
  ["Bengali", "noto-sans-bengali", "bengali"],
]
const WEIGHTS = [400, 700]

function fontFaces() {
  mkdirSync(join(out, "fonts"), { recursive: true })
  const screen = []
  const print = []
  for (const [script, pack, subset] of SUBSETS) {
    const root = join(here, "node_modules/@fontsource", pack)
    const ranges = JSON.parse(readFileSync(join(root, "unicode.json"), "utf8"))
    for (const weight of WEIGHTS) {
      const file = `${pack}-${subset}-${weight}-normal.woff2`
      copyFileSync(join(root, "files", file), join(out, "fonts", file))
      const source = `font-style:normal;font-weight:${weight};src:url(fonts/${file}) format("woff2")`
      screen.push(`@font-face{font-family:"Noto Sans";font-display:swap;${source};unicode-range:${ranges[subset]}}`)
      print.push(`@font-face{font-family:"Moei ${script}";${source}}`)
    }
  }
  copyFileSync(join(here, "node_modules/@fontsource/noto-sans/LICENSE"), join(out, "fonts/LICENSE.txt"))
  // Arial (or what stands for it) stretched to the width and height of Noto Sans, so that nothing moves
  // when the font arrives. Measured on English prose: 1.067 regular, 1.053 bold; Roboto on Android is near 1.05.
  for (const [family, locals, sizes] of [
    ["Noto Sans Fallback", ["Arial", "Liberation Sans", "Helvetica"], { 400: 1.067, 700: 1.053 }],
    ["Noto Sans Fallback Android", ["Roboto"], { 400: 1.05, 700: 1.05 }],
  ]) {
    for (const weight of WEIGHTS) {
      const size = sizes[weight]
      const percent = (value) => `${(value * 100).toFixed(1)}%`
      const sources = locals.flatMap((name) => (weight === 700 ? [`local("${name} Bold")`, `local("${name}")`] : [`local("${name}")`])).join(",")
      screen.push(
        `@font-face{font-family:"${family}";font-weight:${weight};src:${sources};size-adjust:${percent(size)};` +
          `ascent-override:${percent(1.069 / size)};descent-override:${percent(0.293 / size)};line-gap-override:0%}`,
      )
    }
  }
  return { screen: screen.join("\n") + "\n", print: print.join("\n") + "\n" }
}

function styles() {
  const fonts = fontFaces()
  const sass = (name) =>
    compile(join(here, "styles", name), { style: "compressed", charset: false, importers: [new NodePackageImporter(here)], quietDeps: true }).css
  const screen = fonts.screen + sass("moei.scss")
  writeFileSync(join(out, "moei.css"), screen + "\n")
  writeFileSync(join(out, "moei.rtl.css"), rtlcss.process(screen) + "\n")
  // The map's own page alone loads these. Leaflet's pictures are left out: marks and buttons are drawn by styles.
  const leaflet = readFileSync(join(here, "node_modules/leaflet/dist/leaflet.css"), "utf8").replace(/[^{};]*url\([^)]*\)[^;}]*;?/g, "")
  writeFileSync(join(out, "map.css"), leaflet + sass("map.scss") + "\n")
  writeFileSync(join(out, "print.css"), fonts.print + sass("print.scss") + "\n")
}

async function scripts() {
  for (const name of ["moei", "early", "network", "map"]) {
    await build({
      configFile: false,
      root: here,
      logLevel: "warn",
      publicDir: false,
      build: {
        outDir: out,
        emptyOutDir: false,
        target: "es2022",
        rollupOptions: { input: join(here, "scripts", `${name}.js`), output: { format: "iife", entryFileNames: `${name}.js` } },
      },
    })
  }
}

/** Every file that decides what is built, in the order of their paths. tests/test_assets.py computes the same. */
function sourceFiles(folder = here) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.name === "node_modules" || entry.name.startsWith(".")) return []
      return entry.isDirectory() ? sourceFiles(path) : [path]
    })
    .sort()
}

function digest(files, base) {
  const hash = createHash("sha256")
  const names = files.map((path) => [relative(base, path).replaceAll("\\", "/"), path]).sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, path] of names) {
    hash.update(`${name}\0${createHash("sha256").update(readFileSync(path)).digest("hex")}\n`)
  }
  return hash.digest("hex")
}

function builtFiles() {
  return readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "SOURCES.sha256")
    .map((entry) => join(entry.parentPath, entry.name))
}

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
styles()
await scripts()
writeFileSync(join(out, "basemap.json"), JSON.stringify(basemap(join(here, "node_modules/world-atlas"))) + "\n")
// The licences of what is bundled into the scripts and styles travel with them.
const bundled = [
  ["govuk-frontend (MIT)", "licences/govuk-frontend.txt"],
  ["htmx (0BSD)", "node_modules/htmx.org/LICENSE"],
  ["cytoscape (MIT)", "node_modules/cytoscape/LICENSE"],
  ["cytoscape-fcose (MIT)", "node_modules/cytoscape-fcose/LICENSE"],
  ["Leaflet (BSD-2-Clause)", "node_modules/leaflet/LICENSE"],
  ["world-atlas (ISC), from Natural Earth (public domain)", "node_modules/world-atlas/LICENSE"],
]
writeFileSync(
  join(out, "LICENSES.txt"),
  bundled.map(([name, path]) => `${name}\n\n${readFileSync(join(here, path), "utf8").trim()}\n`).join("\n\n"),
)
copyFileSync(join(here, "images/moei.svg"), join(out, "moei.svg"))
writeFileSync(join(out, "SOURCES.sha256"), `sources ${digest(sourceFiles(), here)}\nbuilt ${digest(builtFiles(), out)}\n`)
