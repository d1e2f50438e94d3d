import { resolve } from "node:path";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const root = resolve(import.meta.dirname, "src/client");

/** Where a locally started server listens, for the dev server to ask. */
const backend = process.env["TOGETHER_BACKEND"] ?? "http://localhost:8080";

/** Packages that change less often than the app: a new version of the app leaves them in the browser's cache. */
const chunks = [
  { name: "react", test: /node_modules\/(react|react-dom|scheduler)\// },
  { name: "markdown", test: /node_modules\/(mdast|micromark|unist|decode-named|character-entities|ccount)/ },
];

export default defineConfig({
  root,
  publicDir: resolve(root, "public"),
  cacheDir: resolve(import.meta.dirname, ".cache/vite"),
  plugins: [react()],
  build: {
    // The set-up builds beside the running version and swaps the two.
    outDir: process.env["TOGETHER_WEB_OUT"] ?? resolve(import.meta.dirname, "dist/web"),
    emptyOutDir: true,
    // light-dark(), field-sizing and regular expressions with v: what browsers of the last two years know.
    target: ["chrome125", "edge125", "firefox128", "safari17.5"],
    cssMinify: "lightningcss",
    // Fonts as files of their own, never inside the style sheet: the policy allows no data: fonts.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rolldownOptions: { output: { codeSplitting: { groups: chunks } } },
  },
  server: {
    port: 5173,
    proxy: {
      "/api": backend,
      "/health": backend,
      "/gateway": { target: backend, ws: true },
    },
  },
});
