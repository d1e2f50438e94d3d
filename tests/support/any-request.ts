/** Requests to procedures as they come, and as nobody sends them. */
import fc from "fast-check";

const methods = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

export interface Asked {
  method: (typeof methods)[number];
  /** With its parameters. */
  path: string;
  /** `Bearer good` stands for a token that holds. */
  headers?: Record<string, string>;
  body?: string | undefined;
}

interface Names {
  queries: readonly string[];
  mutations: readonly string[];
}

const usual = <const T>(values: readonly T[], unusual: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...values) },
    { weight: 1, arbitrary: fc.constantFrom(...unusual) },
  );

const input = fc.oneof(
  { weight: 4, arbitrary: fc.json({ maxDepth: 3 }) },
  {
    weight: 4,
    arbitrary: fc
      .dictionary(fc.constantFrom("0", "1", "2", "3", "-1", "length", "__proto__"), fc.jsonValue())
      .map((inputOf) => JSON.stringify(inputOf)),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom("", "{}", "[]", "null", "{", '"a', "undefined", "\ufeff{}", " { } ", "1e999"),
  },
  { weight: 1, arbitrary: fc.string() },
);

const nowhere = [
  "watch",
  "ask",
  "ask.",
  "",
  "constructor",
  "__proto__",
  "ask.echo.name",
  "a%2Cb",
  "%61sk.echo",
];

const parameters = usual(
  ["batch=1", ""],
  [
    "batch=2",
    "batch=1&batch=2",
    "batch=%31",
    "batch",
    "x=1",
    "input=2&batch=1",
    "#input=1",
    "%62atch=1",
    "a=%E0%A4%A",
  ],
);

const headers = fc.record(
  {
    "content-type": usual(
      ["application/json", "application/json; charset=utf-8"],
      ["Application/JSON", "text/plain", "multipart/form-data; boundary=x", "application/jsonx"],
    ),
    accept: fc.constantFrom("*/*", "application/json", "text/html,*/*;q=0.8"),
    authorization: fc.constantFrom("Bearer good", "bearer good", "Bearer nonsense", "Basic good"),
    cookie: fc.constantFrom("together_refresh=abc", "together_refresh=%20; x=y"),
    origin: fc.constantFrom("https://other.example.org", "https://evil.example"),
    "user-agent": fc.constant("a bot"),
  },
  { requiredKeys: [] },
);

/** Mostly ones that are plainly right, or nearly. */
export const anyRequest = ({ queries, mutations }: Names): fc.Arbitrary<Asked & { isLimited: boolean }> => {
  const pathsOf = (names: readonly string[]): fc.Arbitrary<string> => {
    const name = fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(...names) },
      { weight: 1, arbitrary: fc.constantFrom(...queries, ...mutations, ...nowhere) },
    );
    return fc.array(name, { minLength: 1, maxLength: 4 }).map((paths) => paths.join(","));
  };
  const parts = fc.record({
    method: usual(["GET", "POST"], methods),
    headers,
    asked: pathsOf(queries),
    told: pathsOf(mutations),
    parameters,
    input: fc.option(input, { nil: undefined }),
    isLimited: fc.nat(9).map((chance) => chance === 0),
  });
  return parts.map((one) => {
    const isRead = one.method === "GET" || one.method === "HEAD";
    const inAddress = one.input === undefined ? "" : `&input=${encodeURIComponent(one.input.toWellFormed())}`;
    return {
      method: one.method,
      path: `${isRead ? one.asked : one.told}?${one.parameters}${isRead ? inAddress : ""}`,
      headers: { ...(!isRead && { "content-type": "application/json" }), ...one.headers },
      body: isRead ? undefined : one.input,
      isLimited: one.isLimited,
    };
  });
};
