import "#client/ui/base.css";

import { createRoot } from "react-dom/client";

import { watchLinkTokens } from "#client/features/session/link-token.ts";
import { loadVoiceEngine } from "#client/features/voice/load-engine.ts";

import { App } from "./app.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { createPageApp } from "./page-app.ts";
import { Providers } from "./providers.tsx";

watchLinkTokens();

const root = document.querySelector("#root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(
  <ErrorBoundary>
    <Providers app={createPageApp({ url: window.location.origin, makeEngine: loadVoiceEngine })}>
      <App />
    </Providers>
  </ErrorBoundary>,
);
