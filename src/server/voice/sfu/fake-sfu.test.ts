import { FakeSfu } from "#tests/support/fake-sfu.ts";
import { describeSfu } from "./sfu.suite.ts";

describeSfu("FakeSfu", async () => {
  const sfu = new FakeSfu();
  return {
    sfu,
    killWorkers: () => {
      for (const room of sfu.rooms) room.killWorker();
    },
    [Symbol.asyncDispose]: () => sfu.close(),
  };
});
