// The worker of background.js. Its name is the address of the job that it does.
/** @import { Job } from "./background.js" */

/** @type {Promise<Job>} */
const loading = import(self.name);

addEventListener("message", async ({ ports: [port] }) => (await loading).serve(port));

loading.then(
  () => postMessage("loaded"),
  () => {
    // In a task of its own, since the page hears only of errors, and of no rejected promise.
    setTimeout(() => {
      throw new Error(`no worker can load ${self.name}`);
    });
  },
);
