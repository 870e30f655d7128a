// PEER: Socket.IO, WebSocket only: every value goes to everybody in the room. Listens on 127.0.0.1:$PORT.
import { createServer } from "node:http";

import { Server } from "socket.io";

const http = createServer();
const io = new Server(http, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  let room;
  socket.on("join", (name, joined) => {
    room = name;
    socket.join(room);
    joined();
  });
  socket.on("relay", (value) => io.to(room).emit("relay", value));
  socket.on("leave", (left) => {
    socket.leave(room);
    room = undefined;
    left();
  });
});
http.listen(Number(process.env.PORT), "127.0.0.1");
