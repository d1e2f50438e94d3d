import { expect, test } from "vitest";
import { UserId } from "#shared/ids.ts";
import { createIceServers } from "./ice-servers.ts";

const userId = UserId.parse("01890a5d-ac96-774b-bcce-000000000001");
const clock = { nowMs: () => 1_700_000_000_000 };

test("VO2 without a TURN server there is none", () => {
  expect(createIceServers(undefined, clock)(userId)).toEqual([]);
});

test("VO2 the credentials are coturn's: the HMAC-SHA1 of the end of their life and the user", () => {
  const turn = { urls: ["turn:turn.example.org"], secret: "north" };
  // printf '1700043200:01890a5d-ac96-774b-bcce-000000000001' | openssl dgst -sha1 -hmac north -binary | base64
  expect(createIceServers(turn, clock)(userId)).toEqual([
    {
      urls: ["turn:turn.example.org"],
      username: `1700043200:${userId}`,
      credential: "UELRuxIN3tEv9OzwVEymZ09WPqw=",
    },
  ]);
});
