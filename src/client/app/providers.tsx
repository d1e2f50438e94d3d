import { QueryClientProvider } from "@tanstack/react-query";
import { createContext, useContext, type ReactNode } from "react";

import { LiveProvider } from "#client/features/session/live-context.tsx";
import { TogetherProvider } from "#client/features/session/together-context.tsx";
import { VoiceProvider } from "#client/features/voice/voice-context.tsx";
import { Toaster } from "#client/ui/toaster.tsx";
import { TooltipProvider } from "#client/ui/tooltip.tsx";
import { trpc } from "#sdk/react.ts";

import type { PageApp } from "./page-app.ts";

const TryNowContext = createContext<() => void>(() => undefined);

/** Tries again now what waits for the server. */
export const useTryNow = (): (() => void) => useContext(TryNowContext);

export const Providers = ({ app, children }: { app: PageApp; children: ReactNode }) => (
  <TogetherProvider value={app.client}>
    <trpc.Provider client={app.client.api} queryClient={app.queryClient}>
      <QueryClientProvider client={app.queryClient}>
        <TryNowContext value={app.tryNow}>
          <LiveProvider value={app.live}>
            <VoiceProvider value={app.voice}>
              <TooltipProvider>
                {children}
                <Toaster />
              </TooltipProvider>
            </VoiceProvider>
          </LiveProvider>
        </TryNowContext>
      </QueryClientProvider>
    </trpc.Provider>
  </TogetherProvider>
);
