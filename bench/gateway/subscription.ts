/** The text that asks for a subscription, from the last event that one has. */
export const subscription = (path: string, lastEventId?: string): string =>
  JSON.stringify({
    id: 1,
    method: "subscription",
    params: { path, input: lastEventId ? { lastEventId } : {} },
  });
