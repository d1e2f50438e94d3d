// Loaded into the server by `npm start`. When the launcher is killed so that it cannot pass on a signal, the channel
// between the two closes, and the server stops as if it had been asked to: nobody is left holding port and database.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
// The channel alone must not keep a server alive that has stopped.
process.channel?.unref();
// A closed terminal says SIGHUP to all; the launcher passes it on as SIGTERM, which lets the server stop in order.
process.on("SIGHUP", () => {});
