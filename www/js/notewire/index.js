// @ts-check

export { PushClient } from "./client.js";
export { PushSocket } from "./socket.js";
