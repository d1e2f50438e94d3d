/**
 * Who may import whom, as one table. It owns the places of the tree and what each may see; it judges one import at a
 * time and touches no file, so that the linter and the tests ask the same function.
 */
import { posix } from "node:path";

export type ImportFact = {
  /** The importing file, relative to the root, with `/`. */
  file: string;
  specifier: string;
  isTypeOnly: boolean;
  /** Imported names; empty for `import "x"`, `import * as x` and `import()`. */
  names: readonly string[];
};

type PlaceRule = {
  /** Places it may import from. A feature's own files are written "own service", another feature's "service". */
  imports: readonly string[];
  /** Places of which it may import types alone. */
  types?: readonly string[];
  /** Packages it may import; all that are not confined elsewhere when left out. Types are free. */
  packages?: readonly string[];
  why: string;
};

const base = ["kernel", "shared"];
const ownPure = ["own policy", "own present", "own part"];
const otherPure = ["policy", "present"];

const services = ["service", "part", "sfu", ...otherPure];
const roles = ["router", "service", "repo", "policy", "present", "part"];
const serverPlaces = [
  ...base,
  ...roles,
  ...roles.map((role) => `own ${role}`),
  "database",
  "schema",
  "events",
  "trpc",
  "http",
  "gateway",
  "sfu",
  "ops",
  "app-router",
  "services",
];
const clientPlaces = ["client/app", "client/features", "client/ui", "client/voice", "client/lib"];

/** "part" is a file of a feature without one of the roles: a token codec, a cache. */
const places: Record<string, PlaceRule> = {
  shared: { imports: ["shared"], packages: ["zod"], why: "shared runs anywhere and imports zod alone" },

  kernel: { imports: base, why: "kernel knows no feature" },
  database: { imports: ["database", "schema", ...base], why: "database knows no feature" },
  schema: { imports: ["schema", ...base], why: "the tables know nothing but each other" },
  events: { imports: ["events", ...base], why: "events knows no feature" },
  trpc: {
    imports: ["trpc", "database", ...base],
    types: ["services"],
    why: "trpc has types of its own; features come in through the context",
  },

  router: {
    imports: ["trpc", ...base, "own service", ...ownPure],
    why: "a router parses, authorises, calls its own service, presents",
  },
  service: {
    imports: ["events", "database", ...base, "own service", ...ownPure, ...services],
    types: ["own repo", "trpc"],
    why: "a service takes its repo as a parameter, and asks other features through their service",
  },
  part: {
    imports: ["events", "database", ...base, "own service", ...ownPure, ...services],
    types: ["own repo", "trpc"],
    why: "what is not a repo takes its repo as a parameter",
  },
  repo: {
    imports: ["database", "schema", ...base, "own repo", ...ownPure],
    why: "a repo knows the database and nothing of other features",
  },
  policy: {
    imports: [...base, ...ownPure, ...otherPure],
    types: ["own repo", "schema"],
    packages: [],
    why: "a policy is pure",
  },
  present: {
    imports: [...base, ...ownPure, ...otherPure],
    types: ["own repo", "schema"],
    packages: [],
    why: "a presenter is pure",
  },

  sfu: {
    imports: ["sfu", ...base],
    why: "the SFU forwards media, and knows nothing of members and their rights",
  },

  gateway: {
    imports: ["gateway", "events", "trpc", ...base, ...services],
    why: "the gateway knows services, not repos",
  },
  http: {
    imports: ["http", "trpc", "app-router", ...base, ...services],
    types: ["services"],
    why: "http calls services",
  },
  ops: { imports: ["ops", "events", ...base, ...services], why: "ops calls services" },
  services: {
    imports: base,
    types: ["service"],
    why: "it says which services there are, and builds none",
  },
  "app-router": {
    imports: ["router", "gateway", "trpc", ...base],
    why: "the app router merges the features' routers",
  },
  together: { imports: [...serverPlaces, "together"], why: "the server never imports a client" },
  main: { imports: [...serverPlaces, "together"], why: "the server never imports a client" },

  sdk: {
    imports: ["sdk", "shared"],
    types: ["app-router"],
    packages: ["@trpc/client", "@trpc/server", "uuidv7", "zod"],
    why: "sdk knows shared, and of the server the type AppRouter alone",
  },

  /** Signalling and the engine; bots without voice do without. */
  "sdk/voice": {
    imports: ["sdk", "sdk/voice", "shared"],
    packages: ["mediasoup-client"],
    why: "it is the part of the library that needs WebRTC",
  },

  /** Pure, so that a page and a terminal judge alike. */
  "sdk/voice-check": {
    imports: ["sdk/voice-check", "shared"],
    packages: [],
    why: "the judgement on a server's voice knows neither sockets nor browsers",
  },

  /** The hooks, and the query cache that they read. */
  "sdk/react": {
    imports: ["sdk", "sdk/react", "shared"],
    packages: ["@tanstack/react-query", "@trpc/react-query"],
    why: "it is the part of the library that screens read through; bots do without it",
  },

  cli: {
    imports: ["cli", "sdk", "sdk/voice-check", "shared"],
    why: "a command for the terminal reaches the server through the library, as everybody does",
  },
  /** For whoever has the machine: it reads the database itself, and speaks to the server's own door. */
  "cli/operator": {
    imports: [...serverPlaces, "together", "cli", "cli/operator"],
    why: "an operator's command is a part of the server that runs beside it, and knows no client",
  },

  "client/ui": { imports: ["client/ui", "client/lib"], why: "ui knows nothing of the domain" },
  "client/lib": { imports: ["client/lib"], why: "lib knows nothing of the domain, so that ui may use it" },
  "client/voice": {
    imports: ["client/voice", "client/lib", "sdk", "sdk/voice", "shared"],
    why: "the voice engine knows no React and no screen",
  },
  "client/features": {
    imports: [
      ...clientPlaces.filter((place) => place !== "client/app"),
      "sdk",
      "sdk/react",
      "sdk/voice",
      "sdk/voice-check",
      "shared",
    ],
    why: "a screen knows sdk and shared, and neither the server nor the app around it",
  },
  "client/app": {
    imports: [...clientPlaces, "sdk", "sdk/react", "sdk/voice", "shared"],
    why: "the web app never imports the server",
  },

  "test of shared": { imports: ["shared", "tests"], why: "a test sees what its program sees" },
  "test of server": {
    imports: [...serverPlaces, "together", "main", "tests"],
    why: "a test sees what its program sees",
  },
  "test of sdk": {
    imports: ["sdk", "sdk/react", "sdk/voice", "sdk/voice-check", "shared", "tests"],
    why: "a test sees what its program sees",
  },
  "test of cli": {
    imports: ["cli", "cli/operator", "sdk", "sdk/voice-check", "shared", "tests"],
    why: "a test sees what its program sees",
  },
  "test of client": {
    imports: [...clientPlaces, "sdk", "sdk/react", "sdk/voice", "sdk/voice-check", "shared", "tests"],
    why: "a test sees what its program sees",
  },
  tests: {
    imports: [
      ...serverPlaces,
      ...clientPlaces,
      "together",
      "main",
      "sdk",
      "sdk/react",
      "sdk/voice",
      "tests",
      "tooling",
    ],
    why: "",
  },
  bench: {
    imports: [...serverPlaces, "together", "main", "sdk", "sdk/voice", "tests", "bench"],
    why: "a bench does not know the web app",
  },
  tooling: { imports: ["tooling"], why: "tools know nothing of the product" },
};

const testPlaces = [
  "test of shared",
  "test of server",
  "test of sdk",
  "test of cli",
  "test of client",
  "tests",
  "bench",
];
const nodePlaces = [
  "kernel",
  "database",
  "events",
  "trpc",
  "router",
  "service",
  "part",
  "repo",
  "sfu",
  "gateway",
  "http",
];

/** Packages that belong to some places alone. The first entry that matches decides. */
const confined: { packages: RegExp; places: readonly string[]; under?: string; why: string }[] = [
  {
    packages: /^(lucia|oslo|@lucia-auth\/.+)$/,
    places: Object.keys(places),
    under: "src/server/auth/",
    why: "lucia and oslo have ended: one folder must be able to replace them",
  },
  {
    packages: /^mediasoup$/,
    places: ["sfu", ...testPlaces],
    why: "one folder speaks to mediasoup, behind a port",
  },
  {
    packages: /^(drizzle-orm|drizzle-kit|pg|pg-copy-streams)$/,
    places: ["repo", "database", "schema", "tooling", ...testPlaces],
    why: "only repos and database speak SQL",
  },
  {
    packages:
      /^(react|react-dom|@tanstack\/react-.+|@trpc\/react-query|radix-ui|lucide-react|sonner|virtua|wouter)$/,
    places: [
      "sdk/react",
      "test of sdk",
      "client/app",
      "client/features",
      "client/ui",
      "client/lib",
      "test of client",
      "tests",
    ],
    why: "React is the web app's alone, and the voice engine does without",
  },
  {
    packages: /^node:/,
    places: [
      ...nodePlaces,
      "ops",
      "cli",
      "cli/operator",
      "app-router",
      "together",
      "main",
      "tooling",
      ...testPlaces,
    ],
    why: "it must run in a browser, or stay pure",
  },
];

/** Where a file belongs, by its path: the first that matches. */
const paths: [pattern: RegExp, place: string][] = [
  [/^src\/(shared|server|sdk|cli|client)\/.+\.test\.tsx?$/, "test of $1"],
  // With a browser's types, and so not among the other helpers.
  [/^src\/sdk\/voice\/testing\/.+/, "tests"],
  [/^src\/sdk\/(?:react\.tsx?|query-cache\/.+)$/, "sdk/react"],
  [/^src\/sdk\/(voice|voice-check)\/.+/, "sdk/$1"],
  [/^src\/cli\/(?:admin|backup|restore|operator)\/.+/, "cli/operator"],
  [/^src\/(shared|sdk|cli)\/.+/, "$1"],
  [/^src\/server\/(main|together|app-router|services)\.ts$/, "$1"],
  [/^src\/server\/compose-[^/]+\.ts$/, "together"],
  [/^src\/server\/database\/(schema)\/.+/, "$1"],
  [/^src\/server\/(kernel|database|events|trpc|http|gateway|ops)\/.+/, "$1"],
  [/^src\/server\/voice\/(sfu)\/.+/, "$1"],
  [/^src\/server\/[^/]+\/.+\.(router|service|repo|policy|present)\.ts$/, "$1"],
  [/^src\/server\/[^/]+\/.+/, "part"],
  [/^src\/(client\/(?:app|features|ui|voice|lib))\/.+/, "$1"],
  [/^src\/client\/(?:public\/.+|[^/]+\.d\.ts)$/, "client/app"],
  [/^(tests|bench|tooling)\/.+/, "$1"],
  [/^(?:scripts\/.+|[^/]+\.config\.ts)$/, "tooling"],
];

/** The place a file belongs to, or undefined when the table has none for it. */
export const findPlace = (file: string): string | undefined => {
  const found = paths.find(([pattern]) => pattern.test(file));
  return found && file.replace(found[0], found[1]);
};

const getFeature = (file: string): string | undefined => /^src\/server\/([^/]+)\//.exec(file)?.[1];

const resolve = ({ file, specifier }: ImportFact): { file: string } | { package: string } => {
  const [path = specifier] = specifier.split("?");
  if (path.startsWith(".")) return { file: posix.join(posix.dirname(file), path) };
  if (path.startsWith("#tests/")) return { file: path.slice(1) };
  if (path.startsWith("#")) return { file: `src/${path.slice(1)}` };
  if (path.startsWith("node:")) return { package: path };
  return { package: path.split("/", path.startsWith("@") ? 2 : 1).join("/") };
};

const judgePackage = (fact: ImportFact, place: string, name: string): string | undefined => {
  const owner = confined.find((entry) => entry.packages.test(name));
  if (owner && !(owner.places.includes(place) && fact.file.startsWith(owner.under ?? ""))) {
    return `${place} may not import ${name}: ${owner.why}`;
  }
  const rule = places[place];
  if (fact.isTypeOnly || rule?.packages === undefined || rule.packages.includes(name)) return undefined;
  return `${place} may not import ${name}: ${rule.why}`;
};

const judgeFile = (fact: ImportFact, place: string, target: string): string | undefined => {
  const targetPlace = findPlace(target);
  if (targetPlace === undefined) return `${target} belongs to no place of the layer table`;
  if (targetPlace === "app-router" && fact.names.includes("AppRouter") && !place.startsWith("sdk")) {
    return `${place} may not name AppRouter: it is known to sdk alone`;
  }
  const isOwn = roles.includes(targetPlace) && getFeature(target) === getFeature(fact.file);
  const name = isOwn ? `own ${targetPlace}` : targetPlace;
  const { imports = [], types = [], why = "" } = places[place] ?? {};
  if (imports.includes(name)) return undefined;
  if (!types.includes(name)) return `${place} may not import ${name}: ${why}`;
  return fact.isTypeOnly ? undefined : `${place} may import only types of ${name}: ${why}`;
};

/** What is wrong with this import, in one sentence, or undefined when it may stand. */
export const findViolation = (fact: ImportFact): string | undefined => {
  const place = findPlace(fact.file);
  if (place === undefined) return `${fact.file} belongs to no place of the layer table`;
  const target = resolve(fact);
  return "package" in target
    ? judgePackage(fact, place, target.package)
    : judgeFile(fact, place, target.file);
};
