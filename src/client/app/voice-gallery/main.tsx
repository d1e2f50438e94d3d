/**
 * The whole app on a server and a voice engine that are played, so that each state of voice can be looked at without
 * either: /app/voice-gallery/index.html?scene=three. No part of the built app.
 */
import "#client/ui/base.css";

import { createRoot } from "react-dom/client";

import { channelPath } from "#client/features/navigation/paths.ts";

import { App } from "../app.tsx";
import { createPageApp } from "../page-app.ts";
import { Providers } from "../providers.tsx";
import { createFakeEngine } from "./fake-engine.ts";
import { createFakeServer } from "./fake-server.ts";
import { findScene } from "./scenes.ts";
import { channels, serverId } from "./world.ts";

const { searchParams } = new URL(window.location.href);
const scene = findScene(searchParams.get("scene"));
const server = createFakeServer(scene);
const app = createPageApp({
  url: window.location.origin,
  ...server,
  makeEngine: () => Promise.resolve(createFakeEngine(scene, server)),
});
const place = searchParams.get("at") === "text" ? channels.general : scene.place;
window.history.replaceState(null, "", channelPath(serverId, place.id));

const root = document.querySelector("#root");
if (root) {
  createRoot(root).render(
    <Providers app={app}>
      <App />
    </Providers>,
  );
}
if (scene.isJoined) void app.voice.join(channels.lounge.id);
